# Calls: who is in the room may call in it; who is in the call may change it.
package carillon.call

import data.carillon.lib
import rego.v1

initiate := lib.allow("member") if lib.member

# The first call to somebody opens the room of the two.
else := lib.allow("account") if {
	input.who.kind == "account"
	is_string(input.on.with)
}

else := lib.missing("room") if is_string(input.on.room)

join := lib.allow("member") if lib.member

# How a leg is: its own client says so, or the server, when the client is out of reach.
state := lib.allow("member") if lib.member

else := lib.allow("system") if input.who.kind == "system"

list := lib.allow("member") if lib.member

else := lib.allow("own") if input.on.own == input.who.id

else := lib.missing("room") if is_string(input.on.room)

# Administrators see how calls went; nobody sees what was said.
listAll := lib.allow("admin") if lib.admin

inspect := lib.allow("admin") if lib.admin

# Whoever took part says how it was, wherever they are by now.
rate := lib.allow("participant") if input.on.tookPart == true

else := lib.missing("call") if not lib.member

inside if {
	lib.member
	is_string(input.on.participant)
}

signal := lib.allow("participant") if inside

toggle := lib.allow("participant") if inside

stats := lib.allow("participant") if inside

end := lib.allow("participant") if inside

# Declining is leaving without having joined: members may. Whoever was put out of the room may still leave.
leave := lib.allow("member") if lib.member

else := lib.allow("participant") if is_string(input.on.participant)

tick := lib.allow("system") if input.who.kind == "system"
