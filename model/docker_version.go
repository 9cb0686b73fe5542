package model

// DockerServerVersion is a Docker server's version, read from text such as "28.5.2", "20.10.24+dfsg1" or "dev".
type DockerServerVersion struct {
	Major, Minor, Patch int
	// Suffix is what follows the numbers, separator included: "+dfsg1", "-rc.1", "dev".
	Suffix string
}
