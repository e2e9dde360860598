// Package link keeps an agent connected to the hub and answers what the hub asks, through a [custard.Source].
package link
