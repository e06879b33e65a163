# Accounts and how one becomes one.
package carillon.account

import data.carillon.lib
import rego.v1

# Guests know only the room that they came to.
list := lib.allow("account") if input.who.kind == "account"

update := lib.allow("own") if input.who.kind in {"account", "guest"}
