// Package router runs the one Traefik container that leads host names to sites, writes the files that it watches, and
// issues the certificates that it serves.
//
// # Certificates
//
// The certificates come from an authority of our own that lives in one folder (CA). It can sign nothing but names under
// localhost: whoever trusts it on a laptop, and whoever steals its key, gains no other name by it. Its key is made once,
// readable by its owner only, and never leaves the folder. Site certificates are issued for a little over two years, the
// longest that browsers take, and renewed by the first start in their last month.
package router
