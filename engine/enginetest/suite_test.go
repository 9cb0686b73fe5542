package enginetest

import (
	"reflect"
	"testing"
)

func TestSuiteCoversEveryMethod(t *testing.T) {
	contract := methods()
	subject := reflect.TypeFor[Subject]()
	for i := range subject.NumMethod() {
		name := subject.Method(i).Name
		m, ok := contract[name]
		if !ok {
			t.Errorf("%s has no contract", name)
			continue
		}
		for _, kind := range kinds() {
			r, checked := m.cases[kind]
			why := m.without[kind]
			switch {
			case checked && why != "":
				t.Errorf("%s/%s has a case and a reason not to have one", name, kind)
			case !checked && why == "":
				t.Errorf("%s/%s has neither a case nor a reason why it does not apply", name, kind)
			case checked && (r.text == "" || r.check == nil):
				t.Errorf("%s/%s has no rule or no check", name, kind)
			}
		}
		if (m.call == nil) != m.own {
			t.Errorf("%s: it is called by the common cases, or has its own", name)
		}
	}
	for name := range contract {
		if _, ok := subject.MethodByName(name); !ok {
			t.Errorf("the contract is of %s, which Subject does not have", name)
		}
	}
}
