// Made by `npm run generate -w sdk`: do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AllCaught: {
            /** @description The answer is full: ask again for the rooms that are not in it. */
            limited: boolean;
            /** @description In the order in which they were asked for. */
            rooms: components["schemas"]["Caught"][];
        };
        /**
         * @description Where a call is.
         * @enum {string}
         */
        CallState: "ringing" | "active" | "ended";
        /** @description A call as its room sees it. */
        CallView: {
            answeredAt?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Whole seconds since it was answered; 0 if nobody did.
             */
            duration: number;
            endReason?: components["schemas"]["EndReason"] | null;
            endedAt?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["Id"];
            initiator: components["schemas"]["Id"];
            /** @description What it was started with. */
            media: components["schemas"]["Media"];
            participants: components["schemas"]["ParticipantView"][];
            room: components["schemas"]["Id"];
            startedAt: components["schemas"]["Timestamp"];
            state: components["schemas"]["CallState"];
        };
        /** @description Who started a call. */
        Caller: {
            id: components["schemas"]["Id"];
            /** @description `account` or `guest`. */
            kind: string;
            name: string;
        };
        /** @description What `RTCIceCandidate.toJSON()` gives. An empty `candidate` says that there are no more. */
        Candidate: {
            candidate: components["schemas"]["CandidateLine"];
            /** Format: int32 */
            sdpMLineIndex?: number | null;
            sdpMid?: components["schemas"]["MediaName"] | null;
            usernameFragment?: components["schemas"]["MediaName"] | null;
        };
        /** @description Nothing, or `candidate:` and what RFC 8839, section 5.1, has after it: 1 KiB of ASCII at most. */
        CandidateLine: string;
        /**
         * @description How an end of the connection was found (RFC 8445, section 5.1.1).
         * @enum {string}
         */
        CandidateType: "host" | "srflx" | "prflx" | "relay";
        /** @description What lies between a cursor and the head. */
        Caught: {
            /** Format: uuid */
            epoch: string;
            /** @description 200 and 256 KiB at most, oldest first. */
            events: components["schemas"]["RoomEvent"][];
            /** Format: int64 */
            head: number;
            /** @description There are more: page on with the log. */
            limited: boolean;
            /** @description The cursor is of another epoch: forget what was kept, and begin anew with these events. */
            reset: boolean;
            room: components["schemas"]["Id"];
        };
        /** @description What `RTCPeerConnection` takes and gives: 32 KiB of SDP at most. */
        Description: {
            sdp: components["schemas"]["Sdp"];
            type: components["schemas"]["SdpType"];
        };
        /** @description An answer that says only that it was done. */
        Empty: Record<string, never>;
        /**
         * @description Why a call is over.
         * @enum {string}
         */
        EndReason: "hangup" | "declined" | "cancelled" | "busy" | "noAnswer" | "lost";
        /** @description The answer to whoever entered a call. */
        Entered: {
            call: components["schemas"]["CallView"];
            /** @description What `RTCPeerConnection` takes. */
            iceServers: components["schemas"]["IceServer"][];
            /** @description One's own. */
            participant: components["schemas"]["Id"];
        };
        /**
         * @description The kinds of event. New ones come; a client shows what it does not know as a plain line.
         * @enum {string}
         */
        EventKind: "room.created" | "message.posted" | "member.joined" | "member.left" | "member.changed" | "call.started" | "call.joined" | "call.left" | "call.ended" | "unknown";
        Flow: {
            /** Format: int64 */
            bytesReceived: number;
            /** Format: int64 */
            bytesSent: number;
            codec?: string | null;
            /**
             * Format: double
             * @description Seconds.
             */
            jitter: number;
            /**
             * Format: int64
             * @description Falls when packets were only late.
             */
            packetsLost: number;
            /** Format: int64 */
            packetsReceived: number;
            /** Format: int64 */
            packetsSent: number;
        };
        /** @description From a cursor to the head, and what follows: the opening of a subscription. */
        FollowRoom: {
            /**
             * Format: int64
             * @description The last `seq` that the client has; without it the answer begins with the last events.
             */
            after?: number | null;
            /**
             * Format: uuid
             * @description The epoch of the cursor.
             */
            epoch?: string | null;
            room: components["schemas"]["Id"];
        };
        Head: {
            /** Format: uuid */
            epoch: string;
            /** Format: int64 */
            head: number;
            room: components["schemas"]["Id"];
        };
        /** @description One entry of `RTCConfiguration.iceServers`, as `RTCPeerConnection` takes it. */
        IceServer: {
            credential?: string | null;
            /** @description `stun:`, `turn:` and `turns:` URLs of one server. */
            urls: string[];
            username?: string | null;
        };
        /** Format: uuid */
        Id: string;
        /**
         * @description Why somebody left.
         * @enum {string}
         */
        LeaveReason: "hangup" | "declined" | "cancelled" | "busy" | "lost";
        /**
         * @description What one says on leaving.
         * @enum {string}
         */
        Leaving: "hangup" | "declined" | "busy" | "cancelled";
        /**
         * @description Where a participant is.
         * @enum {string}
         */
        LegState: "ringing" | "connecting" | "connected" | "reconnecting" | "left";
        /**
         * @description What a client says of its leg.
         * @enum {string}
         */
        LegWord: "connected" | "reconnecting";
        /** @description What somebody sends. */
        Media: {
            audio: boolean;
            video: boolean;
        };
        /** @description The name of a media section, or of a peer's credentials: 256 bytes of visible ASCII at most. */
        MediaName: string;
        /** @description A person on a device in a call. */
        ParticipantView: {
            audio: boolean;
            device?: components["schemas"]["Id"] | null;
            id: components["schemas"]["Id"];
            joinedAt?: components["schemas"]["Timestamp"] | null;
            leftAt?: components["schemas"]["Timestamp"] | null;
            leftReason?: components["schemas"]["LeaveReason"] | null;
            /**
             * Format: int64
             * @description Counts how often they came in: a new number is a new leg.
             */
            leg: number;
            member: components["schemas"]["Id"];
            name: string;
            state: components["schemas"]["LegState"];
            video: boolean;
        };
        /** @description Where the message stands in the log. */
        Posted: {
            at: components["schemas"]["Timestamp"];
            /** Format: uuid */
            epoch: string;
            id: components["schemas"]["Id"];
            /** @description An earlier request with this id said it. */
            repeated: boolean;
            room: components["schemas"]["Id"];
            /** Format: int64 */
            seq: number;
        };
        /** @description One event at its place. */
        RoomEvent: {
            at: components["schemas"]["Timestamp"];
            /** @description By kind, see the guide. */
            body: Record<string, never>;
            /** Format: uuid */
            epoch: string;
            id: components["schemas"]["Id"];
            kind: components["schemas"]["EventKind"];
            requestId?: components["schemas"]["Id"] | null;
            room: components["schemas"]["Id"];
            sender?: components["schemas"]["Id"] | null;
            /**
             * Format: int64
             * @description Dense from 1.
             */
            seq: number;
        };
        /** @description Up to 32 KiB that begin as RFC 8866 says, without U+0000. Never printed. */
        Sdp: string;
        /** @enum {string} */
        SdpType: "offer" | "answer";
        /** @enum {string} */
        SignalKind: "offer" | "answer" | "ice-candidate";
        /** @description An SDP with its type, or a candidate. */
        Signalled: components["schemas"]["Description"] | components["schemas"]["Candidate"];
        /** @description What a leg has sent and received since it began. */
        Snapshot: {
            /** @description By the client's clock. */
            at: components["schemas"]["Timestamp"];
            audio?: components["schemas"]["Flow"] | null;
            localCandidate?: components["schemas"]["CandidateType"] | null;
            remoteCandidate?: components["schemas"]["CandidateType"] | null;
            /**
             * Format: double
             * @description Seconds to the other end and back.
             */
            rtt?: number | null;
            video?: components["schemas"]["VideoFlow"] | null;
        };
        /** @description What somebody says: 1 byte to 16 KiB of UTF-8, not only blanks, without U+0000. */
        Text: string;
        /**
         * Format: int64
         * @description Milliseconds since 1970-01-01 UTC. Whoever needs the time is given it: nothing in the house reads a clock but the gate and the timers.
         */
        Timestamp: number;
        /** @description The call as it is now. */
        Told: {
            call: components["schemas"]["CallView"];
        };
        VideoFlow: {
            /** Format: int64 */
            bytesReceived: number;
            /** Format: int64 */
            bytesSent: number;
            codec?: string | null;
            /** Format: int64 */
            frameHeight: number;
            /** Format: int64 */
            frameWidth: number;
            /** Format: int64 */
            framesDecoded: number;
            /** Format: double */
            framesPerSecond: number;
            /**
             * Format: double
             * @description Seconds.
             */
            jitter: number;
            /**
             * Format: int64
             * @description Falls when packets were only late.
             */
            packetsLost: number;
            /** Format: int64 */
            packetsReceived: number;
            /** Format: int64 */
            packetsSent: number;
        };
        /** @description End a call for everybody in it. One that has ended stays as it ended. */
        "asks call:end": {
            call: components["schemas"]["Id"];
        };
        "answers call:end": components["schemas"]["Told"];
        /** @description Start a call in a room, or call an account: that is a call in the direct room of the two. Where a call is live already, this joins it. */
        "asks call:initiate": {
            account?: components["schemas"]["Id"] | null;
            media: components["schemas"]["Media"];
            requestId: components["schemas"]["Id"];
            room?: components["schemas"]["Id"] | null;
        };
        "answers call:initiate": components["schemas"]["Entered"];
        /** @description Answer a ringing call, enter a live one, or come back: the same person on the same device stays the same participant, with a new leg. */
        "asks call:join": {
            call: components["schemas"]["Id"];
            media?: components["schemas"]["Media"] | null;
            requestId: components["schemas"]["Id"];
        };
        "answers call:join": components["schemas"]["Entered"];
        /** @description End one's own part: hang up, or decline a call that rings. Who has left already leaves it as it is. */
        "asks call:leave": {
            call: components["schemas"]["Id"];
            /** @description Whoever is in the call hangs up, or takes it back while it rings; whoever is called declines or is busy. */
            reason?: components["schemas"]["Leaving"];
        };
        "answers call:leave": components["schemas"]["Told"];
        /** @description Signal to another participant: an SDP with its type, or a candidate. */
        "asks call:signal": {
            call: components["schemas"]["Id"];
            signal: Record<string, never>;
            to?: components["schemas"]["Id"] | null;
            type: components["schemas"]["SignalKind"];
        };
        "answers call:signal": components["schemas"]["Empty"];
        /** @description Ask how a call is; with `leg`, say how one's own part of it is. */
        "asks call:state": {
            call: components["schemas"]["Id"];
            leg?: components["schemas"]["LegWord"] | null;
        };
        "answers call:state": components["schemas"]["Told"];
        /** @description Keep what a client has measured of its leg so far. */
        "asks call:stats": {
            call: components["schemas"]["Id"];
            snapshot: components["schemas"]["Snapshot"];
        };
        "answers call:stats": components["schemas"]["Empty"];
        /** @description Say whether one's microphone is heard. */
        "asks call:toggle-audio": {
            call: components["schemas"]["Id"];
            enabled: boolean;
        };
        "answers call:toggle-audio": components["schemas"]["Media"];
        /** @description Say whether one's camera is seen. */
        "asks call:toggle-video": {
            call: components["schemas"]["Id"];
            enabled: boolean;
        };
        "answers call:toggle-video": components["schemas"]["Media"];
        /** @description From a cursor to the head, and what follows: the opening of a subscription. */
        "asks room:join": {
            /**
             * Format: int64
             * @description The last `seq` that the client has; without it the answer begins with the last events.
             */
            after?: number | null;
            /**
             * Format: uuid
             * @description The epoch of the cursor.
             */
            epoch?: string | null;
            room: components["schemas"]["Id"];
        };
        "answers room:join": components["schemas"]["Caught"];
        /** @description Follow a room no longer. */
        "asks room:leave": {
            room: components["schemas"]["Id"];
        };
        "answers room:leave": components["schemas"]["Empty"];
        /** @description Say something in a room. The same `requestId` never says it twice, and nothing else. */
        "asks room:send": {
            requestId: components["schemas"]["Id"];
            room: components["schemas"]["Id"];
            text: components["schemas"]["Text"];
        };
        "answers room:send": components["schemas"]["Posted"];
        /** @description Catch up with several rooms, 100 at most. */
        "asks room:sync": {
            rooms: components["schemas"]["FollowRoom"][];
        };
        "answers room:sync": components["schemas"]["AllCaught"];
        /** @description The right to say that one is typing. */
        "asks room:typing": {
            room: components["schemas"]["Id"];
        };
        "answers room:typing": components["schemas"]["Empty"];
        /** @description Another of your devices took it: stop ringing. */
        "tells call:answered-elsewhere": {
            call: components["schemas"]["Id"];
        };
        /** @description The call is over. */
        "tells call:ended": {
            call: components["schemas"]["Id"];
            /**
             * Format: int64
             * @description Whole seconds since it was answered.
             */
            duration: number;
            reason: components["schemas"]["EndReason"];
        };
        /** @description A call is live in one of your rooms. */
        "tells call:initiated": {
            call: components["schemas"]["CallView"];
            from: components["schemas"]["Caller"];
            /** @description You are called. */
            ring: boolean;
            room: components["schemas"]["Id"];
        };
        /** @description Somebody has joined, or came back with a new leg. */
        "tells call:joined": {
            call: components["schemas"]["Id"];
            participant: components["schemas"]["ParticipantView"];
        };
        /** @description Somebody has left. */
        "tells call:left": {
            call: components["schemas"]["Id"];
            member: components["schemas"]["Id"];
            participant: components["schemas"]["Id"];
            reason: components["schemas"]["LeaveReason"];
        };
        /** @description Somebody has muted or unmuted, or switched the camera. */
        "tells call:media-toggled": {
            audio: boolean;
            call: components["schemas"]["Id"];
            participant: components["schemas"]["Id"];
            video: boolean;
        };
        /** @description What another participant signals. */
        "tells call:signal": {
            call: components["schemas"]["Id"];
            from: components["schemas"]["Id"];
            signal: components["schemas"]["Signalled"];
            type: components["schemas"]["SignalKind"];
        };
        /** @description The whole call, when its parts would not say it. */
        "tells call:state": {
            call: components["schemas"]["CallView"];
        };
        /** @description One event at its place. */
        "tells room:event": {
            at: components["schemas"]["Timestamp"];
            /** @description By kind, see the guide. */
            body: Record<string, never>;
            /** Format: uuid */
            epoch: string;
            id: components["schemas"]["Id"];
            kind: components["schemas"]["EventKind"];
            requestId?: components["schemas"]["Id"] | null;
            room: components["schemas"]["Id"];
            sender?: components["schemas"]["Id"] | null;
            /**
             * Format: int64
             * @description Dense from 1.
             */
            seq: number;
        };
        "tells room:heads": {
            heads: components["schemas"]["Head"][];
        };
        /** @description You read too slowly: nothing more is pushed for this room until you catch up by `room:sync`. */
        "tells room:lag": {
            /** Format: int64 */
            head: number;
            room: components["schemas"]["Id"];
        };
        /** @description Somebody types. It is not stored, and may be lost. */
        "tells room:typing": {
            member: components["schemas"]["Id"];
            room: components["schemas"]["Id"];
        };
        /** @description Which rooms you are in may have changed: ask for the list again. */
        "tells rooms:changed": Record<string, never>;
        /** @description The session is over; the socket is closed. Do not connect again: sign in. */
        "tells session:ended": {
            reason: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
