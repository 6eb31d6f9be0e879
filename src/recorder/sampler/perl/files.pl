# Files of the system, read whole; only those that changed are sent.

# The directories of a cgroup tree, top first; listed again every 10 s, at most 64.
my %tree;
sub tree {
  my ($root) = @_;
  my $known = $tree{$root};
  return @{$known->[1]} if $known && now() - $known->[0] < 10;
  my @found = -e "$root/cgroup.procs" ? ($root) : (); my $more = 0;
  for (my $i = 0; $i < @found; $i++) {
    my @of = lstat $found[$i];
    next if !@of || $of[3] == 2;
    opendir my $d, $found[$i] or next;
    for my $dir (map { "$found[$i]/$_" } sort grep { !/^\./ && !/\n/ } readdir $d) {
      if (lstat $dir and -d _) { if (@found < 64) { push @found, $dir } else { $more++ } }
    }
  }
  if ($more) { warned("-", "cgroups-left-out", root => $root, read => 64, left => $more) }
  $tree{$root} = [now(), \@found];
  return @found;
}
sub names {
  my ($glob) = @_;
  if ($glob =~ m(^(.*)/\*\*(/.*)$)) { return map { "$_$2" } tree("$1") }
  return ($glob) if $glob !~ /[*\[]/;
  my @found = ("");
  for my $part (grep { $_ ne "" } split m(/), $glob) {
    if ($part !~ /[*\[]/) { $_ .= "/$part" for @found; next }
    my $re = quotemeta $part; $re =~ s/\\\*/.*/g; $re =~ s/\\\[0\\-9\\\]/[0-9]/g;
    my @next;
    for my $dir (@found) {
      opendir my $d, $dir or next;
      push @next, map { "$dir/$_" } sort grep { /^$re$/s && !/^\.\.?$/ } readdir $d;
    }
    @found = @next;
  }
  return @found;
}
sub have { length($_[0]) . " " . length($_[1]) . "\n" . $_[0] . $_[1] }
sub lack { length($_[0]) . " !" . length($_[1]) . "\n" . $_[0] . $_[1] }
sub gone { length($_[0]) . " -\n" . $_[0] }

my (%space, $lookedAt);
sub spaces {
  return if defined $lookedAt && now() - $lookedAt < 10;
  $lookedAt = now();
  my $own = readlink "/proc/self/ns/net"; my (%found, $all, $not);
  $found{$own} = $$ if defined $own;
  opendir my $d, "/proc" or return;
  for my $p (grep { /^[0-9]/ } readdir $d) {
    $all++;
    my $ns = readlink "/proc/$p/ns/net";
    if (!defined $ns) { $not++ if $! != 2; next }
    $found{$ns} = $p if !$found{$ns};
  }
  %space = %found;
  put(sprintf "\@%s N %d %d 0\n", $nonce, $not || 0, $all || 0);
  if ($not) { warned("-", "namespaces-unread", unread => $not, of => $all) }
}

sub files {
  my ($s, $whole) = @_;
  my ($out, %seen, @todo) = ("");
  if ($s->{flags} =~ /n/) {
    spaces();
    my $own = readlink "/proc/self/ns/net";
    for my $path (@{$s->{paths}}) {
      (my $rest = $path) =~ s(^/proc/)();
      push @todo, ["/proc/self/$rest", defined $own ? "$path#$own" : $path, 1];
      push @todo, map { ["/proc/$space{$_}/$rest", "$path#$_", 0] } grep { !defined $own || $_ ne $own } sort keys %space;
    }
  } else {
    for my $glob (@{$s->{paths}}) { my $keep = $glob =~ /\*/ ? 2 : 1; push @todo, map { [$_, $_, $keep] } names($glob) }
  }
  for (@todo) {
    my ($path, $as, $keep) = @$_;
    my $b = slurp($path, $keep);
    if (!defined $b) { next if $keep != 1; $b = "\0$!" }
    $seen{$as} = 1;
    next if !$whole && defined $s->{last}{$as} && $s->{last}{$as} eq $b;
    $s->{last}{$as} = $b;
    $out .= substr($b, 0, 1) eq "\0" ? lack($as, substr $b, 1) : have($as, $b);
  }
  for (keys %{$s->{last}}) { if (!$seen{$_}) { $out .= gone($_); delete $s->{last}{$_} } }
  return $out;
}
