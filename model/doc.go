// Package model holds the values that every other room speaks of: sites, versions, names. It does no input or output,
// starts nothing and knows neither Docker nor the terminal, so its values are copied freely.
package model
