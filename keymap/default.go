package keymap

import "slices"

// The actions. Their texts are what config.toml and the README call them.
const (
	Quit    ID = "quit"
	Help    ID = "help"
	Back    ID = "back"
	Suspend ID = "suspend"
	Redraw  ID = "redraw"
	Mouse   ID = "mouse"
	OpenOps ID = "operations"
	Palette ID = "palette"
	Health  ID = "health"

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
	SiteWP        ID = "site.wp"
	SiteShellAsk  ID = "site.shell.ask"
	SiteVersions  ID = "site.versions"
	SiteExport    ID = "site.export"
	SiteImport    ID = "site.import"
	SiteNew       ID = "site.new"
	SiteDelete    ID = "site.delete"
	SiteCopyURL   ID = "site.copy.url"
	SiteLogin     ID = "site.login"
	SiteCopyFiles ID = "site.copy.folder"
	SiteMark      ID = "site.mark"
	SiteMarkAll   ID = "site.mark.all"
	SiteSort      ID = "site.sort"
	SitePassword  ID = "site.password"
	SiteReach     ID = "site.copy.reach"
	SiteLast      ID = "site.last"
	NextPane      ID = "pane.next"

	TabOverview   ID = "tab.overview"
	TabContainers ID = "tab.containers"
	TabActivity   ID = "tab.activity"

	ContainerToggle  ID = "container.toggle"
	ContainerRestart ID = "container.restart"
	ContainerLogs    ID = "container.logs"
	ContainerShell   ID = "container.shell"

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

	WPRun      ID = "wp.run"
	WPCancel   ID = "wp.cancel"
	WPOlder    ID = "wp.older"
	WPNewer    ID = "wp.newer"
	WPComplete ID = "wp.complete"
	WPUp       ID = "wp.page.up"
	WPDown     ID = "wp.page.down"
	WPLeave    ID = "wp.leave"

	OpCancel   ID = "operation.cancel"
	OpRetry    ID = "operation.retry"
	OpRollBack ID = "operation.rollback"
	OpKeep     ID = "operation.keep"
	OpLogs     ID = "operation.logs"
)

// Default returns the keys of a person who has chosen none: a value of the caller's own.
func Default() *Map {
	return newMap(slices.Concat(siteKeys(), containerKeys(), logKeys(), wpKeys(), otherKeys(), listKeys(), globalKeys()))
}

func siteKeys() []Binding {
	s := ScopeSite
	return []Binding{
		{SiteToggle, s, []string{"s"}, "start/stop", "start the site, or stop it"},
		{SiteRestart, s, []string{"r"}, "restart", "restart the site"},
		{SiteLogs, s, []string{"l"}, "logs", "follow its logs"},
		{SiteShell, s, []string{"x"}, "shell", "open a shell in its PHP container"},
		{SiteWP, s, []string{"w"}, "wp", "run wp-cli commands in it"},
		{SiteShellAsk, s, []string{"X"}, "shell in", "choose a container, a user and a command for a shell"},
		{SiteVersions, s, []string{"v"}, "versions", "change the versions of its programs"},
		{SiteExport, s, []string{"e"}, "export", "write its database to a file"},
		{SiteImport, s, []string{"i"}, "import", "replace its database by a dump, after asking"},
		{SiteNew, s, []string{"n"}, "new", "make a new site"},
		{SiteDelete, s, []string{"d", "delete"}, "delete", "delete the site, after asking"},
		{SiteCopyURL, s, []string{"y"}, "copy URL", "copy its address"},
		{SiteLogin, s, []string{"a"}, "admin", "make a one-time link that logs its administrator in"},
		{SiteCopyFiles, s, []string{"f"}, "folder", "copy the path of its folder"},
		{SitePassword, s, []string{"p"}, "passwords", "show its passwords, or hide them"},
		{SiteReach, s, []string{"Y"}, "copy ssh", "copy the ssh command that makes it reachable from where you sit"},
		{SiteLast, s, []string{"L"}, "start last", "start the sites that ran before the machine went down"},
		{NextPane, s, []string{"tab"}, "pane", "go to the other pane"},
		{TabOverview, s, []string{"1"}, "overview", "show what it is and how it is reached"},
		{TabContainers, s, []string{"2"}, "containers", "show its containers"},
		{TabActivity, s, []string{"3"}, "activity", "show what was done to it"},
		{SiteMark, s, []string{"space"}, "mark", "mark it; actions then mean every marked site"},
		{SiteMarkAll, s, []string{"*"}, "mark all", "mark every site that is shown, or none"},
		{SiteSort, s, []string{"S"}, "sort", "sort by name, state, CPU or memory"},
		{Filter, s, []string{"/"}, "filter", "filter the list"},
		{FilterNext, s, []string{"N"}, "next failed", "go to the next site that needs a look"},
	}
}

func containerKeys() []Binding {
	s := ScopeContainer
	return []Binding{
		{ContainerToggle, s, []string{"s"}, "start/stop", "start the container, or stop it"},
		{ContainerRestart, s, []string{"r"}, "restart", "restart the container"},
		{ContainerLogs, s, []string{"l"}, "logs", "follow its log alone"},
		{ContainerShell, s, []string{"x"}, "shell", "open a shell in it"},
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

func wpKeys() []Binding {
	s := ScopeWP
	return []Binding{
		{WPRun, s, []string{"enter"}, "run", "run the command"},
		{WPCancel, s, []string{"ctrl+c"}, "cancel", "cancel the command that runs; else empty the line"},
		{WPOlder, s, []string{"up"}, "older", "the command before"},
		{WPNewer, s, []string{"down"}, "newer", "the command after"},
		{WPComplete, s, []string{"tab"}, "complete", "complete the word"},
		{WPUp, s, []string{"pgup"}, "page up", "a page up in the output"},
		{WPDown, s, []string{"pgdown"}, "page down", "a page down in the output"},
		{WPLeave, s, []string{"esc"}, "back", "back to the sites; a command that runs goes on"},
	}
}

func otherKeys() []Binding {
	o := ScopeOperation
	return []Binding{
		{OpCancel, o, []string{"c"}, "cancel", "cancel the operation"},
		{OpRetry, o, []string{"R"}, "retry", "try again what failed"},
		{OpRollBack, o, []string{"B"}, "roll back", "take back what it did, as far as that loses no data"},
		{OpKeep, o, []string{"K"}, "keep", "leave it as it is"},
		{OpLogs, o, []string{"l"}, "full log", "follow the log of the container that failed"},
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
		{Help, s, []string{"?"}, "keys", "show every key"},
		{OpenOps, s, []string{"O"}, "operations", "show what is under way, and what failed"},
		{Palette, s, []string{":", "ctrl+p"}, "commands", "find an action, a site or a setting"},
		{Health, s, []string{"H"}, "health", "look for what is wrong with this machine"},
		{Back, s, []string{"esc"}, "back", "back to where you came from"},
		{Mouse, s, []string{"M"}, "mouse", "let the mouse select and scroll, or no longer"},
		{Redraw, s, []string{"ctrl+l"}, "redraw", "draw the screen again"},
		{Suspend, s, []string{"ctrl+z"}, "suspend", "suspend; fg brings it back"},
		{Quit, s, []string{"q", "ctrl+c"}, "quit", "quit; sites and operations go on"},
	}
}
