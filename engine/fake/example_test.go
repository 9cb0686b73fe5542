package fake_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/Locorum/locorum-tui/engine"
	"github.com/Locorum/locorum-tui/engine/fake"
)

func Example() {
	f := fake.New(fake.Options{Images: []fake.Image{{Ref: "nginx:1.28-alpine", Main: fake.Service}}})
	defer f.Close()
	ctx := context.Background()

	f.Fail("StartContainer", errors.New("no space left on device"), 1)
	spec := engine.ContainerSpec{Name: "locorum-shop-web", Image: "nginx:1.28-alpine"}
	if _, err := f.EnsureContainer(ctx, spec); err != nil {
		fmt.Println(err)
	}
	fmt.Println(f.StartContainer(ctx, spec.Name))
	fmt.Println(f.StartContainer(ctx, spec.Name))
	_ = f.Daemon().Exit(spec.Name, 3)
	fmt.Println(f.CallsOf("StartContainer"))
	// Output:
	// no space left on device
	// <nil>
	// [StartContainer("locorum-shop-web") StartContainer("locorum-shop-web")]
}
