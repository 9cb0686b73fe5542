package database

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"github.com/Locorum/locorum-tui/model"
)

// filter returns what is left of sql.
func filter(t *testing.T, sql string, target model.DBEngine) (string, error) {
	t.Helper()
	whole, err := io.ReadAll(NewFilter(strings.NewReader(sql), target))
	small, smallErr := io.ReadAll(iotest.OneByteReader(NewFilter(iotest.OneByteReader(strings.NewReader(sql)), target)))
	if !bytes.Equal(whole, small) || (err == nil) != (smallErr == nil) {
		t.Errorf("read at once: %q, %v; byte by byte: %q, %v", whole, err, small, smallErr)
	}
	return string(whole), err
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		target   model.DBEngine
		in, want string
	}{
		{"rows pass", "mariadb", "INSERT INTO t VALUES (1,'USE x; DEFINER=`a`@`b` utf8mb4_0900_ai_ci');", "INSERT INTO t VALUES (1,'USE x; DEFINER=`a`@`b` utf8mb4_0900_ai_ci');\n"},
		{"comments go", "mariadb", "-- MariaDB nothing\n# x\n/* y; */ SET a=1;\n", "SET a=1;\n"},
		{"conditional stays", "mariadb", "/*!40101 SET NAMES utf8mb4 */;", "/*!40101 SET NAMES utf8mb4 */;\n"},
		{"delimiter in quotes", "mariadb", "INSERT INTO t VALUES ('a\\';b', \"c;\"\";\", `d;`);SET x=1;", "INSERT INTO t VALUES ('a\\';b', \"c;\"\";\", `d;`);\nSET x=1;\n"},
		{"delimiter in a comment", "mariadb", "CREATE TABLE t (a int /* ; */, -- ; no\n b int);", "CREATE TABLE t (a int /* ; */, -- ; no\n b int);\n"},
		{"comment like MariaDB's", "mariadb", "CREATE TABLE t (a int /*Mine's ; */);", "CREATE TABLE t (a int /*Mine's ; */);\n"},
		{"database", "mariadb", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `x`;\nUSE `x`;\nDROP DATABASE y;/*!40000 DROP DATABASE IF EXISTS `x`*/;CREATE SCHEMA z;SET a=1;", "SET a=1;\n"},
		{"use in a name", "mariadb", "CREATE TABLE `use` (a int);", "CREATE TABLE `use` (a int);\n"},
		{"binary log", "mariadb", "SET @@SESSION.SQL_LOG_BIN= 0;SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-2,\nb:3';SET b=1;", "SET b=1;\n"},
		{"sandbox, old form", "mysql", "/*!999999\\- enable the sandbox mode */ \nSET a=1;", "SET a=1;\n"},
		{"sandbox, new form", "mysql", "/*M!999999\\- enable the sandbox mode */\nSET a=1;", "SET a=1;\n"},
		{
			"definer of a trigger", "mariadb",
			"DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`ro``ot`@`%`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a='DEFINER=`x`@`y`'; END */;;\nDELIMITER ;\nSET a=1;",
			"DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN SET a='DEFINER=`x`@`y`'; END */;;\nDELIMITER ;\nSET a=1;\n",
		},
		{"definer of a view", "mariadb", "CREATE ALGORITHM=UNDEFINED DEFINER=root@localhost SQL SECURITY DEFINER VIEW v AS select 1;", "CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW v AS select 1;\n"},
		{"definer in a default", "mariadb", "CREATE TABLE t (a text DEFAULT 'DEFINER=`x`@`y`');", "CREATE TABLE t (a text DEFAULT 'DEFINER=`x`@`y`');\n"},
		{"collations to MariaDB", "mariadb", "CREATE TABLE t (a text COLLATE utf8mb4_0900_ai_ci, b text COLLATE utf8mb4_ja_0900_as_cs COMMENT 'utf8mb4_0900_ai_ci');", "CREATE TABLE t (a text COLLATE utf8mb4_unicode_520_ci, b text COLLATE utf8mb4_bin COMMENT 'utf8mb4_0900_ai_ci');\n"},
		{"collations to MySQL", "mysql", "CREATE TABLE t (a text COLLATE utf8mb4_uca1400_ai_ci, b text COLLATE uca1400_swedish_nopad_as_cs);", "CREATE TABLE t (a text COLLATE utf8mb4_0900_ai_ci, b text COLLATE utf8mb4_0900_as_cs);\n"},
		{"own collation stays", "mysql", "CREATE TABLE t (a text COLLATE utf8mb4_0900_ai_ci);", "CREATE TABLE t (a text COLLATE utf8mb4_0900_ai_ci);\n"},
		{"complete", "mariadb", "-- MariaDB dump 10.19\nSET a=1;\n-- Dump completed on 2026-05-20\n", "SET a=1;\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := filter(t, c.in, c.target)
			if err != nil || got != c.want {
				t.Errorf("got %q, %v\nwant %q", got, err, c.want)
			}
			again, err := filter(t, got, c.target)
			if err != nil || again != got {
				t.Errorf("filtered again: %q, %v, want no change", again, err)
			}
		})
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", ErrNotSQL},
		{"comments alone", "-- hello\n", ErrNotSQL},
		{"page", "<!DOCTYPE html><html>", ErrNotSQL},
		{"prose", "Dear all, please find attached;", ErrNotSQL},
		{"binary", "\x00\x01\x02;", ErrNotSQL},
		{"cut in a row", "INSERT INTO t VALUES (1,'abc", ErrTruncated},
		{"cut in a definition", "CREATE TABLE t (a int", ErrTruncated},
		{"cut in a comment", "SET a=1; /* abc", ErrTruncated},
		{"no last line", "-- MySQL dump 10.13\nSET a=1;\n", ErrTruncated},
		{"endless definition", "CREATE TABLE t (" + strings.Repeat("a", maxDefinition+1), ErrNotSQL},
		{"endless delimiter", "SET a=1;DELIMITER " + strings.Repeat("x", 2*filterBuffer), ErrNotSQL},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := io.ReadAll(NewFilter(strings.NewReader(c.in), "mariadb"))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// endless yields prefix, then body for ever.
type endless struct {
	prefix, body string
	read         int64
}

func (e *endless) Read(p []byte) (int, error) {
	source := e.prefix
	if source == "" {
		source = e.body
	}
	n := copy(p, source)
	e.prefix = e.prefix[min(n, len(e.prefix)):]
	e.read += int64(n)
	return n, nil
}

// TestRowsOfAnyLengthStream holds that a statement of rows which never ends does not pile up.
func TestRowsOfAnyLengthStream(t *testing.T) {
	t.Parallel()
	in := &endless{prefix: "INSERT INTO t VALUES ", body: "(1,'abc'),"}
	f := NewFilter(in, "mariadb")
	const most = 8 << 20
	if n, err := io.CopyN(io.Discard, f, most); err != nil || n != most {
		t.Fatalf("copied %d, %v", n, err)
	}
	if ahead := in.read - most; ahead > 4*filterBuffer || f.out.Cap() > 4*filterBuffer {
		t.Errorf("read %d bytes ahead and holds %d, want a few buffers", ahead, f.out.Cap())
	}
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"", "SET a=1;", "INSERT INTO t VALUES ('\\'');", "DELIMITER ;;\nCREATE TRIGGER t;;\nDELIMITER ;\n", "/*!50017 DEFINER=`a`@`b`*/;",
		"CREATE DEFINER=a@b VIEW v AS SELECT 'x' COLLATE utf8mb4_0900_ai_ci;", "/*M!999999\\- enable the sandbox mode */", "-- MySQL dump\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for _, target := range []model.DBEngine{model.DBEngineMariaDB, model.DBEngineMySQL} {
			once, err := io.ReadAll(NewFilter(strings.NewReader(sql), target))
			if err != nil {
				if !errors.Is(err, ErrNotSQL) && !errors.Is(err, ErrTruncated) {
					t.Fatalf("%v", err)
				}
				continue
			}
			if len(once) > 2*len(sql)+64 {
				t.Fatalf("%d bytes became %d", len(sql), len(once))
			}
		}
	})
}

func TestOpenDump(t *testing.T) {
	t.Parallel()
	const sql = "SET a=1;\nINSERT INTO t VALUES ('ä');\n"
	var gz, zs bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = io.WriteString(w, sql)
	_ = w.Close()
	z, err := zstd.NewWriter(&zs)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(z, sql)
	_ = z.Close()
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(sql)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, c := range []struct {
		name string
		in   []byte
	}{
		{"plain", []byte(sql)}, {"gzip", gz.Bytes()}, {"zstd", zs.Bytes()}, {"UTF-16", wide}, {"byte order mark", []byte("\xef\xbb\xbf" + sql)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := OpenDump(bytes.NewReader(c.in), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != sql {
				t.Errorf("got %q, %v, want %q", got, err, sql)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if c.name == "gzip" || c.name == "zstd" {
				cut, err := OpenDump(bytes.NewReader(c.in[:len(c.in)-6]), 1<<20)
				if err != nil {
					t.Fatal(err)
				}
				defer cut.Close()
				if _, err := io.ReadAll(cut); !errors.Is(err, ErrTruncated) {
					t.Errorf("cut off: %v, want ErrTruncated", err)
				}
			}
		})
	}
}

func TestOpenDumpRefuses(t *testing.T) {
	t.Parallel()
	for name, magic := range map[string]string{"empty": "", "zip": "PK\x03\x04xx", "xz": "\xfd7zXZ\x00", "sqlite": "SQLite format 3\x00"} {
		if _, err := OpenDump(strings.NewReader(magic), 1); !errors.Is(err, ErrNotSQL) {
			t.Errorf("%s: %v, want ErrNotSQL", name, err)
		}
	}
	if r, err := OpenDump(strings.NewReader("\x1f\x8bgarbage...."), 1); err == nil {
		t.Error("opened a broken gzip file")
		_ = r.Close()
	}
}

// TestBomb holds that a small file which unpacks to a huge one ends at the limit.
func TestBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z, err := zstd.NewWriter(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	const unpacked = 64 << 20
	if _, err := io.CopyN(z, &endless{prefix: "INSERT INTO t VALUES ", body: strings.Repeat("(1),", 1024)}, unpacked); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const limit = 1 << 20
	r, err := OpenDump(&bomb, limit)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, NewFilter(r, "mariadb"))
	if !errors.Is(err, ErrTooLarge) || n > limit {
		t.Errorf("got %d bytes of %d, %v, want ErrTooLarge within %d", n, int64(unpacked), err, int64(limit))
	}
}

func BenchmarkFilterRows(b *testing.B) {
	const size = 16 << 20
	b.SetBytes(size)
	for b.Loop() {
		f := NewFilter(&endless{prefix: "INSERT INTO t VALUES ", body: "(1,'post','<p>Hello \\'world\\'</p>',NULL),"}, "mariadb")
		if _, err := io.CopyN(io.Discard, f, size); err != nil {
			b.Fatal(err)
		}
	}
}
