# Files of threads. A thread that has not run (by its schedstat) since it was found asleep waits where it waited: nothing
# else of it is read. Of a thread that runs only stat is read, because its other files show nothing.

# The threads of a process; listed again when their number has changed (links of the directory) or one has exited.
sub threads {
  my ($p, $e) = @_;
  my $links = (lstat "/proc/$p/task")[3] or return;
  return 1 if $links == $e->{links};
  opendir my $d, "/proc/$p/task" or return;
  my %now = map { $_ => 1 } grep { /^[0-9]/ } readdir $d;
  $e->{left} .= forget($p, $e, $_) for grep { !$now{$_} } keys %{$e->{t}};
  $e->{t}{$_} ||= [undef, "", "", {}] for keys %now;
  $e->{links} = $links;
}
# Forgets a thread, and says so.
sub forget {
  my ($p, $e, $t) = @_;
  my $known = delete $e->{t}{$t} or return "";
  $kept-- if $known->[0];
  $e->{links} = 0;
  return gone("/proc/$p/task/$t/");
}
sub tasks {
  my ($s, $whole) = @_;
  my $g = ++$s->{gen}; my $P = $s->{p}; my $out = ""; my (%not, $b, $c);
  my @names = grep { $_ ne "stat" } map { m(([^/]+)$) } @{$s->{paths}};
  opendir my $d, "/proc" or return "";
  my @pids = grep { /^[0-9]/ } readdir $d;
  closedir $d;
  for my $p (@pids) {
    my $e = $P->{$p} ||= { links => 0, t => {}, no => {}, left => "" };
    threads($p, $e) or next;
    $e->{gen} = $g;
    $out .= $e->{left}; $e->{left} = "";
    while (my ($t, $k) = each %{$e->{t}}) {
      $b = "";
      if ($k->[0]) { sysseek $k->[0], 0, 0; sysread $k->[0], $b, 128 }
      elsif (sysopen my $f, "/proc/$p/task/$t/schedstat", 0) { sysread $f, $b, 128; if ($kept < $room) { $kept++; $k->[0] = $f } }
      if ($b eq "") { $e->{left} .= forget($p, $e, $t); next }
      next if $b eq $k->[1] && $k->[2] ne "R" && $b =~ /[1-9]/;
      $k->[1] = $b;
      sysopen F, "/proc/$p/task/$t/stat", 0 or next;
      $c = ""; sysread F, $c, 1024; close F;
      my $i = rindex $c, ")"; next if $i < 0;
      my $key = substr $c, 0, $i + 3; $k->[2] = substr $c, $i + 2, 1;
      if (($k->[3]{stat} || "") ne $key) { $k->[3]{stat} = $key; $out .= have("/proc/$p/task/$t/stat", $c) }
      next if $k->[2] eq "R";
      for my $name (@names) {
        next if $e->{no}{$name};
        $c = "";
        if (!sysopen F, "/proc/$p/task/$t/$name", 0) { if ($! != 2) { $e->{no}{$name} = "$!" } next }
        if (!defined sysread F, $c, 16384) { if ($! != 2 && $! != 3) { $e->{no}{$name} = "$!" } close F; next }
        close F;
        next if defined $k->[3]{$name} && $k->[3]{$name} eq $c;
        $k->[3]{$name} = $c; $out .= have("/proc/$p/task/$t/$name", $c);
      }
    }
    $not{"$_: $e->{no}{$_}"}++ for keys %{$e->{no}};
  }
  for my $p (grep { ($P->{$_}{gen} || 0) != $g } keys %$P) {
    $kept -= grep { $_->[0] } values %{$P->{$p}{t}};
    $out .= gone("/proc/$p/"); delete $P->{$p};
  }
  for (keys %not) {
    my ($name, $why) = split /: /, $_, 2; my $of = @pids;
    warned($s->{name}, "processes-file-unread", file => "task/TID/$name", unread => $not{$_}, of => $of, why => $why) if !$s->{told}{$name}++;
  }
  return $out;
}
