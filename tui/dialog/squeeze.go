package dialog

// squeeze returns body in at most rows lines: blank ones go first, then those above the last keep ones, which is where a
// person types.
func squeeze(body []string, rows, keep int) []string {
	for i := len(body) - 1; i >= 0 && len(body) > rows; i-- {
		if body[i] == "" {
			body = append(body[:i:i], body[i+1:]...)
		}
	}
	head := max(len(body)-keep, 0)
	if over := len(body) - max(rows, 0); over > 0 {
		cut := min(over, head)
		body = append(body[:head-cut:head-cut], body[head:]...)
	}
	return body
}
