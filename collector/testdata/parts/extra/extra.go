// Package extra has an init order of its own.
package extra

// Name is what the package is called.
var Name = "extra"
