// Package wordpress puts WordPress into a site's folder: it downloads and unpacks it, finds one that is there already,
// writes its configuration and the small plugins that make it work behind our router.
//
// # What is ours in a person's folder
//
// Files that we generate carry the marker "locorum-generated" in their first bytes. One without it belongs to the
// person, who may have taken a file over by deleting the marker: it is never written again (ErrUserOwned). Whatever else
// lies in the folder is not touched.
//
// # What is not trusted
//
// A download is checked against its published digest before a byte of it is unpacked. Unpacking stays within its folder
// whatever names the archive holds, makes files and folders only, and is bounded in count and size. Site names and hosts
// come into PHP as quoted strings.
package wordpress
