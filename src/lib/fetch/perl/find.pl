# Where the files of processes are. The paths of a process are those of its root folder and mount namespace.

# A line break in a path that perf read from /proc/PID/maps is \012.
sub spelled { my ($path) = @_; (my $broken = $path) =~ s/\\012/\n/g; return $broken eq $path ? ($path) : ($path, $broken) }
sub lives { my ($pid) = @_; return -e "/proc/$pid/stat" }

# The file that a process maps, even if another one has its path now. Needs root, except for the program itself.
sub mapped {
  my ($pid, $path, $inode) = @_; my @found;
  for (split /\n/, slurp("/proc/$pid/maps")) {
    my ($from, $to, $rights, $number, $name) = m/^0*([0-9a-f]+)-0*([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s+(.*)$/ or next;
    $name =~ s/ \(deleted\)$//;
    next if $rights !~ /x/ || (spelled($name))[-1] ne (spelled($path))[-1];
    next if $inode > 0 && $inode != $number;
    push @found, "/proc/$pid/map_files/$from-$to";
    my $exe = readlink "/proc/$pid/exe"; $exe = "" if !defined $exe; $exe =~ s/ \(deleted\)$//;
    push @found, "/proc/$pid/exe" if $exe eq $path;
    last;
  }
  return @found;
}

# The ELF file that was recorded, with the root folder (root) and the path (path) by which its debug file is looked up;
# otherwise the reason why not.
sub find {
  my ($id, $inode, $path, @pids) = @_;
  my ($changed, $there) = (0, 0); $denied = 0;
  my $try = sub {
    my ($place, $root, $spelled, $sure) = @_;
    my $f = opened($place) or return undef;
    $there = 1;
    my $e = elf($f) or return undef;
    my $right = $id ne "" ? same($e->{id}, $id) : $sure || $inode <= 0 || (stat $f)[1] == $inode;
    if (!$right) { $changed = 1; return undef }
    @$e{"root", "path"} = ($root, $spelled);
    return $e;
  };
  for my $root ((map { "/proc/$_/root" } @pids), "") {
    for (spelled($path)) { my $e = $try->("$root$_", $root, $_, 0); return $e if $e }
  }
  for my $pid (@pids) {
    for (mapped($pid, $path, $inode)) { my $e = $try->($_, "/proc/$pid/root", $path, 1); return $e if $e }
  }
  if ($id ne "") {
    my $e = $try->(cached($id, "elf"), "", $path, 1); return $e if $e;
  }
  return "changed" if $changed;
  return "denied" if $denied;
  return "not-elf" if $there;
  return @pids && !grep({ lives($_) } @pids) ? "ended" : "absent";
}

# perf's own cache of files.
sub cached { my ($id, $name) = @_; return "$home/.debug/.build-id/" . substr($id, 0, 2) . "/" . substr($id, 2) . "/$name" }

# The separate debug file: where perf and gdb look (stacks/symbols/host.ts).
sub debug_of {
  my ($e) = @_; my ($path, $id) = @$e{"path", "id"};
  return undef if $id eq "";
  (my $folder = $path) =~ s(/[^/]*$)();
  my @places;
  push @places, "$folder/$e->{link}", "$folder/.debug/$e->{link}", "$debug$folder/$e->{link}" if $e->{link} ne "";
  push @places, "$debug$path.debug", "$debug$path", "$debug/.build-id/" . substr($id, 0, 2) . "/" . substr($id, 2) . ".debug";
  for my $place ((map { my $of = $_; map { "$of$_" } @places } $e->{root} eq "" ? ("") : ($e->{root}, "")), cached($id, "debug")) {
    my $f = opened($place) or next;
    my $d = elf($f) or next;
    return $d if $d->{full} && same($d->{id}, $id);
  }
  return undef;
}
