# Rooms: what members may do, and what it takes to become one. To whoever is no member a room is not there.
package carillon.room

import data.carillon.lib
import rego.v1

create := lib.allow("account") if input.who.kind == "account"

list := lib.allow("own") if input.who.kind in {"account", "guest"}

# What they are called and how large they are, not what is said in them.
listAll := lib.allow("admin") if lib.admin

see := lib.allow("member") if lib.member

else := lib.allow("system") if input.who.kind == "system"

else := lib.missing("room") if not lib.member

follow := lib.allow("member") if lib.member

else := lib.missing("room") if not lib.member

typing := lib.allow("member") if lib.member

else := lib.missing("room") if not lib.member

# Whoever holds the link lets people in: only owners make a new one, and a direct room has none.
link := lib.missing("room") if not lib.member

else := lib.allow("owner") if {
	input.on.kind == "group"
	input.on.membership.role == "owner"
}

# After a restore.
renew := lib.allow("system") if input.who.kind == "system"
