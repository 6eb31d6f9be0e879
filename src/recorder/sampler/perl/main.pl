# The loop: takes the samples that are due until the time is over or a signal arrives, then reports the cost.

my $stop = 0;
$SIG{$_} = sub { $stop = 1 } for qw(TERM INT HUP);
put("\@$nonce H perl\n");
my $start = now(); my $busy = cpu();
$_->{due} = $start for @streams;
my $memory = 0;
until ($stop) {
  my $t = now();
  last if $t - $start >= $seconds;
  for my $s (@streams) {
    next if $s->{due} > $t + 0.0005;
    $t = now(); my $c = cpu();
    my $whole = $s->{n} == 0 || ($s->{flags} !~ /[pc]/ && $t - $s->{whole} >= 10) ? 1 : 0;
    $s->{whole} = $t if $whole;
    my $out = $s->{flags} =~ /l/ ? logs($s) : $s->{flags} =~ /c/ ? counts($s) : $s->{flags} =~ /o/ ? people($s, $whole) : $s->{flags} =~ /t/ ? tasks($s, $whole) : $s->{flags} =~ /p/ ? sweep($s, $whole) : files($s, $whole);
    put(sprintf("\@%s S %s %.9f %s %s %d\n", $nonce, $s->{name}, $t, $letter, $whole ? "W" : "D", length $out) . $out);
    my $cost = cpu() - $c; my $period = 1 / $s->{hz};
    my $rest = $s->{n} ? $cost / $max : 0;
    my $next = $s->{due} + $period;
    if ($rest > $period) { $next = $t + $rest }
    elsif ($next < now()) { my $missed = int((now() - $s->{due}) / $period); $s->{late} += $missed; $next = $s->{due} + $missed * $period + $period }
    $s->{due} = $next; $s->{n}++;
    last if $stop;
  }
  my $next = $start + $seconds;
  for (@streams) { $next = $_->{due} if $_->{due} < $next }
  my $wait = $next - now();
  select undef, undef, undef, $wait if $wait > 0 && !$stop;
}
my $status = slurp("/proc/self/status", 0); $memory = $1 * 1024 if defined $status && $status =~ /VmHWM:\s*(\d+)/;
my $say = sprintf "cpu %.6f\nmemory %d\n", cpu() - $busy, $memory;
$say .= "stream $_->{name} $_->{n} $_->{late}\n" for @streams;
put("\@$nonce E " . length($say) . "\n$say");
