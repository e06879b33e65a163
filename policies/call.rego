# Calls: who is in the room may call in it; who is in the call may change it.
package carillon.call

import data.carillon.lib
import rego.v1

initiate := lib.allow("member") if input.on.membership.role

join := lib.allow("member") if input.on.membership.role

state := lib.allow("member") if input.on.membership.role

list := lib.allow("member") if input.on.membership.role

signal := lib.allow("participant") if input.on.participant

toggle := lib.allow("participant") if input.on.participant

stats := lib.allow("participant") if input.on.participant

# Declining is leaving without having joined: members may.
leave := lib.allow("member") if input.on.membership.role

end := lib.allow("participant") if input.on.participant

tick := lib.allow("system") if input.who.kind == "system"
