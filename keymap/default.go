package keymap

import "slices"

// The actions. Their texts are what config.toml and the README call them.
const (
	Quit      ID = "quit"
	Help      ID = "help"
	Palette   ID = "palette"
	Back      ID = "back"
	NextPane  ID = "pane.next"
	PrevPane  ID = "pane.previous"
	Suspend   ID = "suspend"
	Redraw    ID = "redraw"
	Mouse     ID = "mouse"
	OpenOps   ID = "operations"
	OpenCheck ID = "health"

	Up         ID = "up"
	Down       ID = "down"
	Top        ID = "top"
	Bottom     ID = "bottom"
	HalfUp     ID = "half.up"
	HalfDown   ID = "half.down"
	PageUp     ID = "page.up"
	PageDown   ID = "page.down"
	Left       ID = "left"
	Right      ID = "right"
	Open       ID = "open"
	Filter     ID = "filter"
	FilterNext ID = "filter.next"

	SiteToggle    ID = "site.toggle"
	SiteRestart   ID = "site.restart"
	SiteLogs      ID = "site.logs"
	SiteShell     ID = "site.shell"
	SiteShellAsk  ID = "site.shell.choose"
	SiteWP        ID = "site.wp"
	SiteNew       ID = "site.new"
	SiteDelete    ID = "site.delete"
	SiteVersions  ID = "site.versions"
	SiteExport    ID = "site.export"
	SiteImport    ID = "site.import"
	SiteOpen      ID = "site.open"
	SiteCopyURL   ID = "site.copy.url"
	SiteLogin     ID = "site.login"
	SiteCopyFiles ID = "site.copy.folder"
	SitePassword  ID = "site.password"
	SiteReach     ID = "site.copy.reach"
	SiteMark      ID = "site.mark"
	SiteMarkAll   ID = "site.mark.all"
	SiteSort      ID = "site.sort"
	SiteLast      ID = "site.last"
	Tab1          ID = "tab.overview"
	Tab2          ID = "tab.containers"
	Tab3          ID = "tab.activity"

	ContainerToggle  ID = "container.toggle"
	ContainerRestart ID = "container.restart"
	ContainerLogs    ID = "container.logs"
	ContainerShell   ID = "container.shell"
	ContainerCopy    ID = "container.copy"

	LogSearch     ID = "logs.search"
	LogNext       ID = "logs.next"
	LogPrev       ID = "logs.previous"
	LogFilter     ID = "logs.filter"
	LogInvert     ID = "logs.invert"
	LogPause      ID = "logs.pause"
	LogTime       ID = "logs.time"
	LogWrap       ID = "logs.wrap"
	LogSince      ID = "logs.since"
	LogSave       ID = "logs.save"
	LogCopy       ID = "logs.copy"
	LogCopyScreen ID = "logs.copy.screen"
	LogClear      ID = "logs.clear"
	LogRetry      ID = "logs.retry"

	OpCancel   ID = "operation.cancel"
	OpRetry    ID = "operation.retry"
	OpRollBack ID = "operation.rollback"
	OpKeep     ID = "operation.keep"
	OpLogs     ID = "operation.logs"
	OpLayers   ID = "operation.layers"

	WPRun    ID = "wp.run"
	WPCancel ID = "wp.cancel"

	HealthCheck ID = "health.check"
	HealthDemo  ID = "health.demo"
)

// Default returns the keys of a person who has chosen none: a value of the caller's own.
func Default() *Map {
	return newMap(slices.Concat(siteKeys(), containerKeys(), logKeys(), otherKeys(), listKeys(), globalKeys()))
}

func siteKeys() []Binding {
	s := ScopeSite
	return []Binding{
		{SiteToggle, s, []string{"s"}, "start/stop", "start the site, or stop it"},
		{SiteRestart, s, []string{"r"}, "restart", "restart the site"},
		{SiteLogs, s, []string{"l"}, "logs", "follow its logs"},
		{SiteShell, s, []string{"x"}, "shell", "open a shell in its PHP container"},
		{SiteShellAsk, s, []string{"X"}, "shell…", "open a shell: choose service, user and command"},
		{SiteWP, s, []string{"w"}, "wp", "run a wp-cli command"},
		{SiteNew, s, []string{"n"}, "new", "make a new site"},
		{SiteDelete, s, []string{"d", "delete"}, "delete", "delete the site, after asking"},
		{SiteVersions, s, []string{"v"}, "versions", "change its PHP, database or Redis version"},
		{SiteExport, s, []string{"e"}, "export", "write its database to a file"},
		{SiteImport, s, []string{"i"}, "import", "replace its database with a dump"},
		{SiteOpen, s, []string{"o"}, "open", "open its page in a browser; over SSH, copy the address"},
		{SiteCopyURL, s, []string{"y"}, "copy URL", "copy its address"},
		{SiteLogin, s, []string{"a"}, "admin", "make a one-time link that logs its administrator in"},
		{SiteCopyFiles, s, []string{"f"}, "folder", "copy the path of its folder"},
		{SitePassword, s, []string{"p"}, "password", "show or hide its passwords"},
		{SiteReach, s, []string{"Y"}, "ssh line", "copy the ssh line that makes it reachable from your laptop"},
		{SiteMark, s, []string{"space"}, "mark", "mark it; actions then mean every marked site"},
		{SiteMarkAll, s, []string{"*"}, "mark all", "mark every site that is shown, or none"},
		{SiteSort, s, []string{"S"}, "sort", "sort by name, state, CPU or memory"},
		{SiteLast, s, []string{"L"}, "start last", "start the sites that ran before the machine went down"},
		{Filter, s, []string{"/"}, "filter", "filter the list"},
		{FilterNext, s, []string{"N"}, "next failed", "go to the next site that needs a look"},
		{Tab1, s, []string{"1"}, "overview", "show the site's overview"},
		{Tab2, s, []string{"2"}, "containers", "show the site's containers"},
		{Tab3, s, []string{"3"}, "activity", "show what was done to the site"},
	}
}

func containerKeys() []Binding {
	s := ScopeContainer
	return []Binding{
		{ContainerToggle, s, []string{"s"}, "start/stop", "start the container, or stop it"},
		{ContainerRestart, s, []string{"r"}, "restart", "restart the container"},
		{ContainerLogs, s, []string{"l"}, "logs", "follow the container's log"},
		{ContainerShell, s, []string{"x"}, "shell", "open a shell in the container"},
		{ContainerCopy, s, []string{"y"}, "copy name", "copy the container's name"},
	}
}

func logKeys() []Binding {
	s := ScopeLogs
	return []Binding{
		{LogSearch, s, []string{"/"}, "search", "search, as a regular expression"},
		{LogNext, s, []string{"n"}, "next", "go to the next match"},
		{LogPrev, s, []string{"N"}, "previous", "go to the match before"},
		{LogFilter, s, []string{"&"}, "filter", "show matching lines only"},
		{LogInvert, s, []string{"!"}, "invert", "show the lines that do not match"},
		{LogPause, s, []string{"space"}, "pause", "stop following, or go on"},
		{LogTime, s, []string{"t"}, "time", "show no time, the time, or the date too"},
		{LogWrap, s, []string{"W"}, "wrap", "wrap long lines, or cut them"},
		{LogSince, s, []string{"s"}, "since", "choose how far back to read"},
		{LogSave, s, []string{"S"}, "save", "save the lines to a file"},
		{LogCopy, s, []string{"y"}, "copy", "copy the line"},
		{LogCopyScreen, s, []string{"Y"}, "copy all", "copy the lines on the screen"},
		{LogClear, s, []string{"C"}, "clear", "forget the lines read so far"},
		{LogRetry, s, []string{"R"}, "retry", "read a log again that ended with an error"},
	}
}

func otherKeys() []Binding {
	o, h, w := ScopeOperation, ScopeHealth, ScopeWP
	return []Binding{
		{OpCancel, o, []string{"c"}, "cancel", "cancel the operation"},
		{OpRetry, o, []string{"R"}, "retry", "try again what failed"},
		{OpRollBack, o, []string{"B"}, "roll back", "take back what it did, as far as that loses no data"},
		{OpKeep, o, []string{"K"}, "keep", "leave it as it is"},
		{OpLogs, o, []string{"l"}, "full log", "follow the log of the container that failed"},
		{OpLayers, o, []string{"t"}, "layers", "show the layers of the images that are pulled"},
		{WPRun, w, []string{"i"}, "command", "type another wp-cli command"},
		{WPCancel, w, []string{"c"}, "cancel", "cancel the wp-cli command"},
		{HealthCheck, h, []string{"r"}, "check again", "check again"},
		{HealthDemo, h, []string{"t"}, "demo", "look around in a demo that needs no Docker"},
	}
}

func listKeys() []Binding {
	s := ScopeList
	return []Binding{
		{Up, s, []string{"up", "k"}, "up", "one up"},
		{Down, s, []string{"down", "j"}, "down", "one down"},
		{Top, s, []string{"g", "home"}, "top", "to the first"},
		{Bottom, s, []string{"G", "end"}, "bottom", "to the last"},
		{HalfUp, s, []string{"ctrl+u"}, "half up", "half a page up"},
		{HalfDown, s, []string{"ctrl+d"}, "half down", "half a page down"},
		{PageUp, s, []string{"pgup", "ctrl+b"}, "page up", "a page up"},
		{PageDown, s, []string{"pgdown", "ctrl+f"}, "page down", "a page down"},
		{Left, s, []string{"left"}, "left", "to the left, or the tab before"},
		{Right, s, []string{"right"}, "right", "to the right, or the next tab"},
		{Open, s, []string{"enter"}, "open", "open what the cursor is on"},
	}
}

func globalKeys() []Binding {
	s := ScopeGlobal
	return []Binding{
		{Palette, s, []string{":", "ctrl+p"}, "commands", "find any action, site or setting"},
		{Help, s, []string{"?"}, "keys", "show every key"},
		{OpenOps, s, []string{"O"}, "operations", "show what is under way, and what failed"},
		{OpenCheck, s, []string{"H"}, "health", "check Docker, ports, router and disk"},
		{NextPane, s, []string{"tab"}, "next pane", "to the next pane"},
		{PrevPane, s, []string{"shift+tab"}, "previous pane", "to the pane before"},
		{Back, s, []string{"esc"}, "back", "back to where you came from"},
		{Redraw, s, []string{"ctrl+l"}, "redraw", "draw the screen again"},
		{Mouse, s, []string{"M"}, "mouse", "let the mouse scroll, or leave it to the terminal"},
		{Suspend, s, []string{"ctrl+z"}, "suspend", "suspend; fg brings it back"},
		{Quit, s, []string{"q", "ctrl+c"}, "quit", "quit; sites and operations go on"},
	}
}
