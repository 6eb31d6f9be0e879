# Answers each line with its three clocks (monotonic, boottime, realtime) and exits at "q". It is started once and asked
# several times, so that its start-up time does not count as clock error.
use Time::HiRes qw(clock_gettime); $| = 1;
sub say3 { printf "%.9f %.9f %.9f\n", clock_gettime(1), eval { clock_gettime(7) } || 0, clock_gettime(0) }
print "ready\n";
while (sysread STDIN, my $c, 1) { last if $c eq "q"; say3() if $c eq "\n" }
