# What is read once per process: its command line, users and namespaces.

# The id that the kernel gave last, of the last field of loadavg: while it stays the same there is no new process.
my $given = "";
sub is_new { my ($id) = (slurp("/proc/loadavg", 1) // "") =~ /(\d+)$/; my $new = !defined $id || $id ne $given; $given = $id // ""; return $new }

sub people {
  my ($s, $whole) = @_;
  my $g = ++$s->{gen}; my $P = $s->{p}; my $out = ""; my $not = 0;
  my $watched = grep { $_->{flags} eq "p" } @streams; my $turn = int(10 * $s->{hz}) || 1;
  my (@own, @other); push @{m(^/proc/\[) ? \@own : \@other}, $_ for @{$s->{paths}};
  for (@other) {
    my $b = slurp($_, 0); next if !defined $b;
    $b =~ s/^([^:\n]*:[^:\n]*:[^:\n]*).*$/$1/mg if $_ eq "/etc/passwd";
    next if defined $s->{last}{$_} && $s->{last}{$_} eq $b;
    $s->{last}{$_} = $b; $out .= have($_, $b);
  }
  return $out if $watched && $s->{n} > 1 && !$news;
  $news = 0;
  # All processes are listed after a new one, and every 10 s to see which have ended.
  my $listed = $watched || is_new() || $g % $turn == 0; my @pids;
  if ($listed) { opendir my $d, "/proc" or return $out; @pids = grep { /^[0-9]/ } readdir $d } else { @pids = grep { !(($g + $_) % $turn) } keys %$P }
  for my $p (@pids) {
    my $known = $P->{$p};
    if ($known) {
      $known->[0] = $g;
      if ($watched) { next if !delete $renamed{$p} }
      else {
        next if ($g + $p) % $turn;
        my $c = ""; if (sysopen F, "/proc/$p/stat", 0) { sysread F, $c, 4096; close F }
        my $i = rindex $c, ")"; my $who = (split / /, substr($c, $i + 2, 300), 21)[19] . " " . substr $c, 0, $i;
        $who =~ s/(\(kworker[^-]*)-.*/$1/s;
        if ($known->[1] eq "") { $known->[1] = $who }
        next if $known->[1] eq $who;
      }
      $out .= gone("/proc/$p/");
    }
    $P->{$p} = [$g, ""];
    for (@own, @{$s->{links}}) {
      (my $path = $_) =~ s(\[0-9\]\*)($p);
      my $c;
      if (grep { $_ eq "/ns/net" || $_ eq "/exe" } substr($path, length "/proc/$p")) { $c = readlink $path; $not++ if !defined $c && $! == 13; }
      elsif (sysopen F, $path, 0) { $c = ""; sysread F, $c, 4096; close F }
      $out .= have($path, $c) if defined $c;
    }
  }
  if ($listed) { for (keys %$P) { if ($P->{$_}[0] != $g) { $out .= gone("/proc/$_/"); delete $P->{$_} } } }
  warned($s->{name}, "programs-unread") if $not;
  return $out;
}
