# Files of processes. A process with one thread that sleeps and has not run (by its schedstat) cannot have changed its
# counters: only its stat, which shows reclaimed memory, is read, once in 10 s, and its other files only if stat has
# changed.

my (%renamed, $news);
sub sweep {
  my ($s, $whole) = @_;
  my $g = ++$s->{gen}; my $P = $s->{p}; my $out = ""; my %not; my $seen = 0; my ($b, $c);
  my $turn = int(10 * $s->{hz}) || 1;
  my @names = map { m(/([^/]+)$) } @{$s->{paths}};
  opendir my $d, "/proc" or return "";
  my @pids = grep { /^[0-9]/ } readdir $d;
  closedir $d;
  for my $p (@pids) {
    my $e = $P->{$p}; $b = "";
    if ($e) {
      if ($e->[1]) {
        sysseek $e->[1], 0, 0;
        if (!sysread $e->[1], $b, 128) { $kept--; $out .= gone("/proc/$p/"); delete $P->{$p}; $e = undef; $news = 1 }
      } elsif (sysopen F, "/proc/$p/schedstat", 0) { sysread F, $b, 128; close F }
    }
    if (!$e) {
      my $f;
      if (sysopen $f, "/proc/$p/schedstat", 0) { sysread $f, $b, 128; if ($kept < $room) { $kept++ } else { $f = undef } }
      $e = $P->{$p} = [$g, $f, "", 0, "", {}]; $news = 1;
    }
    $e->[0] = $g;
    my $asleep = $e->[3] && !$whole && $b eq $e->[2];
    next if $asleep && ($g + $p) % $turn;
    $e->[2] = $b;
    for my $name (@names) {
      if ($name eq "schedstat") { $c = $b }
      elsif (!sysopen F, "/proc/$p/$name", 0) { $not{"$name: $!"}++ if $! != 2; next }
      else { $c = ""; if (!defined sysread F, $c, 65536) { $not{"$name: $!"}++ if $! != 3; close F; next } close F }
      next if $c eq "";
      if ($name eq "stat") {
        my $i = rindex $c, ")";
        my @f = split / /, substr($c, $i + 2, 300), 21;
        my $who = "$f[19] " . substr $c, 0, $i; $who =~ s/(\(kworker[^-]*)-.*/$1/s;
        if ($e->[4] ne $who) {
          if ($e->[4] ne "") { $renamed{$p} = $news = 1; if ((split / /, $e->[4])[0] ne $f[19]) { $out .= gone("/proc/$p/"); $e->[5] = {} } }
          $e->[4] = $who;
        }
        $e->[3] = $f[0] ne "R" && $f[17] == 1 && $b =~ /[1-9]/;
      }
      my $was = $e->[5]{$name};
      if (!$whole && defined $was && $was eq $c) { if ($asleep && $name eq "stat") { last } next }
      $e->[5]{$name} = $c;
      my $path = "/proc/$p/$name";
      $out .= length($path) . " " . length($c) . "\n" . $path . $c;
    }
  }
  for (keys %$P) { if ($P->{$_}[0] != $g) { $kept-- if $P->{$_}[1]; $out .= gone("/proc/$_/"); delete $P->{$_}; $news = 1 } }
  for (keys %not) { my ($name, $why) = split /: /, $_, 2; my $of = @pids; warned($s->{name}, "processes-file-unread", file => $name, unread => $not{$_}, of => $of, why => $why) if !$s->{told}{$_}++ }
  return $out;
}
