package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestLabelFilter(t *testing.T) {
	t.Parallel()
	args, err := labelFilter(map[string]string{"a": "", "b": "x=y"})
	if err != nil {
		t.Fatal(err)
	}
	got := args.Get("label")
	slices.Sort(got)
	if want := []string{"a", "b=x=y"}; !slices.Equal(got, want) {
		t.Errorf("filter is %q, want %q", got, want)
	}
	for _, key := range []string{"", "a=b", "a\x00"} {
		if _, err := labelFilter(map[string]string{key: "v"}); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("key %q: got %v, want ErrSpecInvalid", key, err)
		}
	}
}

func TestRemovalFilterRefusesEmptyMatch(t *testing.T) {
	t.Parallel()
	for _, match := range []map[string]string{nil, {}} {
		if _, err := removalFilter(match); !errors.Is(err, ErrSpecInvalid) {
			t.Errorf("match %v: got %v, want ErrSpecInvalid", match, err)
		}
	}
}

func TestValidateName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ab", "locorum-acme_shop.1", "0a", strings.Repeat("a", 200)} {
		if err := validateName("Name", name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "a", "-a", ".a", "a b", "a/b", "ä1", "a\n", "a\nb", strings.Repeat("a", 201)} {
		err := validateName("Name", name)
		if !errors.Is(err, ErrSpecInvalid) || !strings.Contains(err.Error(), "Name") {
			t.Errorf("%q: got %v, want an ErrSpecInvalid naming the field", name, err)
		}
	}
}

func TestOwns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		home   string
		labels map[string]string
		want   bool
	}{
		{"no labels", "/h", nil, false},
		{"another platform", "/h", map[string]string{LabelPlatform: "x", LabelHome: "/h"}, false},
		{"our home without the platform", "/h", map[string]string{LabelHome: "/h"}, false},
		{"the desktop app's", "/h", map[string]string{LabelPlatform: PlatformValue}, true},
		{"our home", "/h", map[string]string{LabelPlatform: PlatformValue, LabelHome: "/h"}, true},
		{"another home", "/h", map[string]string{LabelPlatform: PlatformValue, LabelHome: "/i"}, false},
		{"no home of our own", "", map[string]string{LabelPlatform: PlatformValue, LabelHome: "/i"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := NewWithOptions(Options{Home: tt.home}).owns(tt.labels); got != tt.want {
				t.Errorf("owns is %v, want %v", got, tt.want)
			}
		})
	}
}
