package demo

import (
	"fmt"
	"time"

	"github.com/Locorum/locorum-tui/engine"
)

// The forms of the times in the logs of the programs.
const (
	accessTime   = "02/Jan/2006:15:04:05 -0700"
	phpTime      = "02-Jan-2006 15:04:05"
	databaseTime = "2006-01-02 15:04:05"
	redisTime    = "02 Jan 2006 15:04:05.000"
)

// access returns a line of a web server's access log, now and then one of its error log.
func (n *newsroom) access(now time.Time) (string, bool) {
	if n.IntN(60) == 0 {
		return fmt.Sprintf(`%s [warn] 31#31: *%d an upstream response is buffered to a temporary file /var/cache/nginx/fastcgi_temp/%d/00/%010d while reading upstream, request: "GET /shop/ HTTP/1.1"`,
			now.Format("2006/01/02 15:04:05"), n.count, n.IntN(9), n.count), true
	}
	path := pick(n.chance, "/", "/", "/shop/", "/shop/page/2/", "/product/brass-hinge/", "/product/oak-table/", "/cart/", "/checkout/", "/feed/",
		"/wp-login.php", "/wp-admin/admin-ajax.php", "/wp-json/wp/v2/posts?per_page=10", "/wp-cron.php?doing_wp_cron",
		"/wp-content/themes/storefront/style.css?ver=4.6", "/wp-content/uploads/2026/03/hero-1024x683.webp", "/favicon.ico", "/xmlrpc.php", "/?s=teapot")
	method, status := "GET", pick(n.chance, 200, 200, 200, 200, 200, 200, 200, 200, 304, 304, 301, 302)
	switch path {
	case "/wp-admin/admin-ajax.php", "/checkout/", "/wp-cron.php?doing_wp_cron":
		method, status = "POST", 200
	case "/xmlrpc.php":
		method, status = "POST", 403
	case "/favicon.ico", "/?s=teapot":
		status = pick(n.chance, 200, 404, 404, 404)
	}
	if n.IntN(80) == 0 {
		status = pick(n.chance, 500, 502, 504)
	}
	size := 200 + n.IntN(48000)
	if status == 304 {
		size = 0
	}
	agent := pick(n.chance, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15", "curl/8.14.1")
	return fmt.Sprintf(`172.18.0.%d - - [%s] "%s %s HTTP/1.1" %d %d "-" "%s"`, 2+n.IntN(6), now.Format(accessTime), method, path, status, size, agent), false
}

// php returns a line of FPM's: mostly its access log, and what goes wrong in plugins.
func (n *newsroom) php(now time.Time) (string, bool) {
	stamp := now.Format(phpTime)
	switch n.IntN(12) {
	case 0, 1:
		return fmt.Sprintf(`[%s] WARNING: [pool www] child %d said into stderr: "NOTICE: PHP message: PHP Warning:  Undefined array key "%s" in /var/www/html/wp-content/plugins/acme-shipping/src/rates.php on line %d"`,
			stamp, 40+n.IntN(8), pick(n.chance, "weight", "country", "zone_id", "coupon"), 20+n.IntN(200)), true
	case 2:
		return fmt.Sprintf(`[%s] WARNING: [pool www] child %d said into stderr: "NOTICE: PHP message: PHP Deprecated:  Creation of dynamic property Acme_Widget::$%s is deprecated in /var/www/html/wp-content/plugins/acme-widgets/widget.php on line %d"`,
			stamp, 40+n.IntN(8), pick(n.chance, "title", "cache", "args"), 10+n.IntN(90)), true
	case 3:
		if n.IntN(4) == 0 {
			return fmt.Sprintf(`[%s] WARNING: [pool www] child %d said into stderr: "NOTICE: PHP message: PHP Fatal error:  Uncaught TypeError: count(): Argument #1 ($value) must be of type Countable|array, null given in /var/www/html/wp-content/plugins/acme-shipping/src/cart.php:%d"`,
				stamp, 40+n.IntN(8), 30+n.IntN(50)), true
		}
	}
	return fmt.Sprintf(`172.19.0.3 -  %s "%s /index.php" %d`, now.Format(accessTime), pick(n.chance, "GET", "GET", "GET", "POST"), pick(n.chance, 200, 200, 200, 200, 302, 404)), false
}

// database returns a note of the database server's.
func (n *newsroom) database(now time.Time) (string, bool) {
	stamp := now.Format(databaseTime)
	id := 40 + n.count*3
	return pick(n.chance,
		fmt.Sprintf("%s %d [Warning] Aborted connection %d to db: 'wordpress' user: 'wordpress' host: '172.19.0.4' (Got timeout reading communication packets)", stamp, id, id),
		fmt.Sprintf("%s 0 [Note] InnoDB: Buffer pool(s) dump completed at %s", stamp, now.Format("060102 15:04:05")),
		fmt.Sprintf("%s %d [Note] Event Scheduler: purging binary logs is not needed", stamp, id),
		fmt.Sprintf("%s %d [Warning] IP address '172.19.0.5' could not be resolved: Name or service not known", stamp, id),
	), true
}

// redis returns a note of Redis's.
func (n *newsroom) redis(now time.Time) (string, bool) {
	return fmt.Sprintf("1:M %s * %s", now.Format(redisTime), pick(n.chance,
		fmt.Sprintf("DB 0: %d keys (%d volatile) in 2048 slots HT.", 400+n.IntN(900), 100+n.IntN(200)),
		fmt.Sprintf("%d clients connected (0 replicas), %d bytes in use", 2+n.IntN(6), 1200000+n.IntN(900000)),
	)), false
}

// openingLines are what the program of a role says when it starts; server is its file's name.
func openingLines(role, server string, now time.Time) []string {
	switch role {
	case engine.RoleWeb:
		stamp := now.Format("2006/01/02 15:04:05")
		return []string{stamp + " [notice] 1#1: start worker processes", stamp + " [notice] 1#1: start worker process 31"}
	case engine.RolePHP:
		stamp := now.Format(phpTime)
		return []string{"[" + stamp + "] NOTICE: fpm is running, pid 7", "[" + stamp + "] NOTICE: ready to handle connections"}
	case engine.RoleDatabase:
		stamp := now.Format(databaseTime)
		return []string{
			stamp + "+00:00 [Note] [Entrypoint]: Entrypoint script for the database server started.",
			stamp + " 0 [Note] InnoDB: Initializing buffer pool, total size = 128.000MiB, chunk size = 2.000MiB",
			stamp + " 0 [Note] InnoDB: Completed initialization of buffer pool",
			stamp + " 0 [Note] InnoDB: log sequence number 47763; transaction id 14",
			stamp + " 0 [Note] Server socket created on IP: '0.0.0.0'.",
			stamp + " 0 [Note] " + server + ": ready for connections.",
		}
	}
	stamp := "1:M " + now.Format(redisTime)
	return []string{stamp + " * Running mode=standalone, port=6379.", stamp + " * Ready to accept connections tcp"}
}

// doomedLines are what the database says that never comes up: a data folder that was copied from a server still running.
func doomedLines(now time.Time) []string {
	stamp := now.Format(databaseTime)
	return []string{
		stamp + "+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:10.11.14 started.",
		stamp + " 0 [Note] Starting MariaDB 10.11.14-MariaDB source revision 053f9bcb5b147bf00edb99e1310bae9125b7f125 as process 1",
		stamp + " 0 [Note] InnoDB: Initializing buffer pool, total size = 128.000MiB, chunk size = 2.000MiB",
		stamp + " 0 [Note] InnoDB: Completed initialization of buffer pool",
		stamp + " 0 [ERROR] InnoDB: Upgrade after a crash is not supported. The redo log was created with MySQL 5.7.44.",
		stamp + " 0 [ERROR] InnoDB: Plugin initialization aborted with error Generic error",
		stamp + " 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.",
		stamp + " 0 [ERROR] Unknown/unsupported storage engine: InnoDB",
		stamp + " 0 [ERROR] Aborting",
	}
}

// closingLines are what the program of a role says when it is told to stop; server is its file's name.
func closingLines(role, server string, now time.Time) []string {
	switch role {
	case engine.RoleWeb:
		return []string{now.Format("2006/01/02 15:04:05") + " [notice] 1#1: signal 15 (SIGTERM) received, exiting"}
	case engine.RolePHP:
		return []string{"[" + now.Format(phpTime) + "] NOTICE: Finishing ...", "[" + now.Format(phpTime) + "] NOTICE: exiting, bye-bye!"}
	case engine.RoleDatabase:
		stamp := now.Format(databaseTime)
		return []string{stamp + " 0 [Note] InnoDB: Starting shutdown...", stamp + " 0 [Note] " + server + ": Shutdown complete"}
	}
	return []string{"1:M " + now.Format(redisTime) + " # User requested shutdown...", "1:M " + now.Format(redisTime) + " # Redis is now ready to exit, bye bye..."}
}
