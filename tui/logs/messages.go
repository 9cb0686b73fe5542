package logs

// origin says which session a message is of, so that one of a session that is gone is dropped.
type origin struct {
	slug       string
	generation int
}

// Msg is implemented by the messages that this package sends to itself: the root hands them to Update unread.
type Msg interface{ logsOrigin() origin }

func (o origin) logsOrigin() origin { return o }

type (
	// ChangedMsg says that there is something new to show. There is at most one under way.
	ChangedMsg struct{ origin }

	// ScannedMsg says that every line was looked at for the filter and the search.
	ScannedMsg struct{ origin }

	// HistoryMsg says that older lines were loaded, or why not.
	HistoryMsg struct {
		origin
		err error
	}

	// SavedMsg says what became of saving lines to a file.
	SavedMsg struct {
		origin
		path  string
		lines int
		err   error
	}
)

// CopyMsg is for the root: the text goes to the person's clipboard.
type CopyMsg struct{ Text string }
