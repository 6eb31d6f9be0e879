# Forks processes that sleep, and some that wake 20 times per second and work a little. Arguments: the number of
# processes, and how many of them are active.

my ($n, $active) = @ARGV;
my @p;
$SIG{TERM} = sub { kill "KILL", @p; exit };
for my $i (1 .. $n) {
  my $p = fork // die "fork: $!";
  if (!$p) { $SIG{TERM} = "DEFAULT"; if ($i > $active) { sleep 86400 } while (1) { select undef, undef, undef, 0.05; my $x = 0; $x += $_ for 1 .. 200 } }
  push @p, $p;
}
$| = 1; print "ready\n"; sleep 86400;
