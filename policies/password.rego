# A person changes their own password.
package carillon.password

import data.carillon.lib
import rego.v1

change := lib.allow("own") if input.who.kind == "account"
