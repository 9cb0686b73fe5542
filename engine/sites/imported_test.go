package sites

import (
	"errors"
	"strings"
	"testing"
)

func TestChoosePrefix(t *testing.T) {
	t.Parallel()
	tables := func(prefixes ...string) (all []string) {
		for _, prefix := range prefixes {
			all = append(all, prefix+"options", prefix+"posts", prefix+"users")
		}
		return all
	}
	for _, c := range []struct {
		name   string
		tables []string
		named  string
		want   string
		words  string // of the error
	}{
		{"as named", tables("wp_"), "wp_", "wp_", ""},
		{"another", tables("shop7_"), "wp_", "shop7_", ""},
		{"named nowhere", tables("shop7_"), "", "shop7_", ""},
		{"none at all", tables(""), "wp_", "", ""},
		{"one of two, named", tables("a_", "b_"), "b_", "b_", ""},
		{"one of two, not named", tables("a_", "b_"), "wp_", "", "a_, b_"},
		{"a network", append(tables("wp_"), "wp_2_options", "wp_2_posts", "wp_blogs"), "x_", "wp_", ""},
		{"a plugin's options", append(tables("wp_"), "wp_shop_options"), "x_", "wp_", ""},
		{"no WordPress", []string{"orders", "options"}, "wp_", "", "no tables of WordPress"},
		{"empty", nil, "wp_", "", "no tables of WordPress"},
		{"hostile", tables("a`; DROP TABLE x; --"), "wp_", "", "no tables of WordPress"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := choosePrefix(c.tables, c.named)
			if got != c.want || (err != nil) != (c.words != "") {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
			if err != nil && (!errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.words)) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
