package sites

// nearest returns the slug that slug was probably meant to be: the one with the fewest letters to change, at most a third.
func nearest(slug string, views []View) string {
	best, found := len(slug)/3+2, ""
	for _, v := range views {
		if d := distance(slug, v.Site.Slug, best); d < best {
			best, found = d, v.Site.Slug
		}
	}
	return found
}

// distance returns how many bytes to insert, delete or replace make b of a, or limit when it is that many or more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], limit)
}
