package model

import (
	"fmt"
	"testing"
)

func TestParseDockerServerVersion(t *testing.T) {
	for _, tc := range []struct {
		text string
		want DockerServerVersion
		str  string
		zero bool
	}{
		{"28.5.2", DockerServerVersion{28, 5, 2, ""}, "28.5.2", false},
		{"20.10.24+dfsg1", DockerServerVersion{20, 10, 24, "+dfsg1"}, "20.10.24+dfsg1", false},
		{"29.0.0-rc.1", DockerServerVersion{29, 0, 0, "-rc.1"}, "29.0.0-rc.1", false},
		{"26.1.5-0ubuntu1~24.04", DockerServerVersion{26, 1, 5, "-0ubuntu1~24.04"}, "26.1.5-0ubuntu1~24.04", false},
		{"17.03.2-ce", DockerServerVersion{17, 3, 2, "-ce"}, "17.3.2-ce", false},
		{"v1.2.3", DockerServerVersion{1, 2, 3, ""}, "1.2.3", false},
		{" 24.0.7\n", DockerServerVersion{24, 0, 7, ""}, "24.0.7", false},
		{"5.4", DockerServerVersion{5, 4, 0, ""}, "5.4.0", false},
		{"5", DockerServerVersion{5, 0, 0, ""}, "5.0.0", false},
		{"5.", DockerServerVersion{5, 0, 0, "."}, "5.0.0.", false},
		{"1.2.3.4", DockerServerVersion{1, 2, 3, ".4"}, "1.2.3.4", false},
		{"1..3", DockerServerVersion{1, 0, 0, "..3"}, "1.0.0..3", false},
		{"0.0.0-20260102", DockerServerVersion{0, 0, 0, "-20260102"}, "-20260102", true},
		{"dev", DockerServerVersion{0, 0, 0, "dev"}, "dev", true},
		{"vendored", DockerServerVersion{0, 0, 0, "vendored"}, "vendored", true},
		{"", DockerServerVersion{}, "", true},
		{"library-import", DockerServerVersion{0, 0, 0, "library-import"}, "library-import", true},
		{"99999999999999999999.1", DockerServerVersion{0, 0, 0, "99999999999999999999.1"}, "99999999999999999999.1", true},
		{"-1.2.3", DockerServerVersion{0, 0, 0, "-1.2.3"}, "-1.2.3", true},
		{"٣.١", DockerServerVersion{0, 0, 0, "٣.١"}, "٣.١", true},
	} {
		t.Run(tc.text, func(t *testing.T) {
			got := ParseDockerServerVersion(tc.text)
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
			if got.String() != tc.str {
				t.Errorf("String() = %q, want %q", got.String(), tc.str)
			}
			if got.IsZero() != tc.zero {
				t.Errorf("IsZero() = %v", got.IsZero())
			}
		})
	}
}

func TestDockerServerVersionCompare(t *testing.T) {
	inOrder := []string{"dev", "1.13.1", "19.3.0", "20.10.24+dfsg1", "20.11.0", "26.1.5", "28.5.2"}
	for i, older := range inOrder {
		for j, newer := range inOrder {
			a, b := ParseDockerServerVersion(older), ParseDockerServerVersion(newer)
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := a.Compare(b); got != want {
				t.Errorf("%s to %s: %d, want %d", older, newer, got, want)
			}
		}
	}
	if a, b := ParseDockerServerVersion("28.0.0-rc.1"), ParseDockerServerVersion("28.0.0"); a.Compare(b) != 0 {
		t.Error("a suffix counted")
	}
}

func TestDockerServerVersionAtLeast(t *testing.T) {
	for _, tc := range []struct {
		text         string
		major, minor int
		want         bool
	}{
		{"20.10.24", 20, 10, true},
		{"20.9.9", 20, 10, false},
		{"26.1.5", 20, 10, true},
		{"19.99.0", 20, 10, false},
		{"dev", 20, 10, false},
	} {
		if got := ParseDockerServerVersion(tc.text).AtLeast(tc.major, tc.minor); got != tc.want {
			t.Errorf("%s at least %d.%d: %v", tc.text, tc.major, tc.minor, got)
		}
	}
}

func ExampleParseDockerServerVersion() {
	v := ParseDockerServerVersion("20.10.24+dfsg1")
	fmt.Println(v.Major, v.Minor, v.Patch, v.Suffix, v.AtLeast(20, 10))
	// Output: 20 10 24 +dfsg1 true
}

func FuzzParseDockerServerVersion(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		v := ParseDockerServerVersion(text)
		for _, n := range []int{v.Major, v.Minor, v.Patch} {
			if n < 0 || n > maxVersionNumber {
				t.Fatalf("number %d is out of bounds", n)
			}
		}
		if len(v.Suffix) > len(text) {
			t.Fatalf("the suffix %q has more than the text", v.Suffix)
		}
		if v.IsZero() {
			return
		}
		again := ParseDockerServerVersion(v.String())
		if again != v {
			t.Fatalf("%q reads as %+v, its text %q as %+v", text, v, v.String(), again)
		}
	})
}
