/** The directories of a cgroup tree, top first; listed again every 10 s, at most 64. */
export const perlTree = String.raw`my %tree;
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
  if ($more) { warned("-", "only the first 64 cgroups under $root are read, $more or more are not; the waiting of their tasks counts in their parents") }
  $tree{$root} = [now(), \@found];
  return @found;
}
`;

/** Number of entries in directories of processes: since Linux 6.2 it is the size of /proc/PID/fd. */
export const perlCounts = String.raw`my $counted = (lstat "/proc/self/fd")[7];
sub counts {
  my ($s) = @_; my ($out, %seen) = ("");
  opendir my $d, "/proc" or return "";
  for my $p (grep { /^[0-9]/ } readdir $d) {
    for my $path (map { (my $own = $_) =~ s(\[0-9\]\*)($p); $own } @{$s->{links}}) {
      my $n = $counted ? (lstat $path)[7] : 0;
      if (!$counted && opendir my $e, $path) { $n = grep { !/^\./ } readdir $e }
      next if ($n || 0) < 16;
      $out .= have($path, "$n\n"); $seen{$path} = 1;
      for (@{$s->{paths}}) {
        (my $own = $_) =~ s(\[0-9\]\*)($p);
        my $b = slurp($own, 0); next if !defined $b;
        $seen{$own} = 1;
        next if $s->{n} && ($s->{last}{$own} || "") eq $b;
        $s->{last}{$own} = $b; $out .= have($own, $b);
      }
      $s->{last}{$path} = $n;
    }
  }
  for (keys %{$s->{last}}) { if (!$seen{$_}) { $out .= gone($_); delete $s->{last}{$_} } }
  return $out;
}

`;
