# Accounts and how one becomes one.
package carillon.account

import data.carillon.lib
import rego.v1

# Guests know only the room that they came to. Accounts that are closed are for administrators to see.
list := lib.deny("closed") if {
	input.on.closed == true
	not lib.admin
}

else := lib.allow("account") if input.who.kind == "account"

update := lib.allow("own") if input.who.kind in {"account", "guest"}

# Nobody shuts themselves out, or gives their own rights away: so there is always somebody left who may.
close := lib.deny("oneself") if input.on.target == input.who.id

else := lib.allow("admin") if lib.admin

# Whoever has the machine makes accounts and gives people another way in; in the app they are invited.
create := lib.allow("system") if input.who.kind == "system"

reset := lib.allow("system") if input.who.kind == "system"

open := lib.allow("admin") if lib.admin

role := lib.deny("oneself") if input.on.target == input.who.id

else := lib.allow("admin") if lib.admin
