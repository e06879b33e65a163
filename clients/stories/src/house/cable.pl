# A cable with a poor piece in it: frames from one interface to the other are late and partly lost, each way.
#
#   perl cable.pl <one interface> <the other> <milliseconds> <of a hundred>
#
# The kernel's netem would do the same, but not every kernel has it. Perl, since Node knows no packet sockets, and Debian's git brings it.
use strict;
use warnings;
use Time::HiRes 'time';

my ($PF_PACKET, $SOCK_RAW, $ETH_P_ALL, $OUTGOING) = (17, 3, 3, 4);
my ($SOL_PACKET, $VNET_HDR, $GET_INDEX) = (263, 15, 0x8933);
my ($one, $other, $late, $unlucky) = @ARGV;

sub plug {
    my ($name) = @_;
    socket my $socket, $PF_PACKET, $SOCK_RAW, 0 or die "socket: $!";
    my $request = pack 'a16 x24', $name;
    ioctl $socket, $GET_INDEX, $request or die "$name: $!";
    # Checksums that are not computed yet and segments that are not cut yet pass as they are.
    setsockopt $socket, $SOL_PACKET, $VNET_HDR, pack 'i', 1 or die "setsockopt: $!";
    bind $socket, pack 'S n i S C C a8', $PF_PACKET, $ETH_P_ALL, unpack('x16 i', $request), 0, 0, 0, '' or die "bind: $!";
    return $socket;
}

my @ends = (plug($one), plug($other));
my @queue;
$| = 1;
print "plugged\n";
while (1) {
    my $wait = @queue ? $queue[0][0] - time : undef;
    my $ready = '';
    vec($ready, fileno $_, 1) = 1 for @ends;
    my $count = select $ready, undef, undef, defined $wait && $wait < 0 ? 0 : $wait;
    for my $side ($count > 0 ? (0, 1) : ()) {
        next unless vec $ready, fileno $ends[$side], 1;
        my $from = recv $ends[$side], my $frame, 70_000, 0;
        next if !defined $from || (unpack 'S n i S C', $from)[4] == $OUTGOING || rand(100) < $unlucky;
        push @queue, [time + $late / 1000, $ends[1 - $side], $frame];
    }
    while (@queue && $queue[0][0] <= time) {
        my (undef, $to, $frame) = @{ shift @queue };
        send $to, $frame, 0; # what does not go is lost, as on any cable
    }
}
