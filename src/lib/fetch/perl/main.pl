# Answers each line of standard input, in order.

my %sent;
# Sends the parts of an ELF file: its size, then of each part the offset, the length and the bytes.
sub parts {
  my ($kind, $index, $e) = @_;
  my $size = -s $e->{f}; my ($length, @parts) = (8);
  for (@{$e->{parts}}) {
    my ($from, $long) = @$_;
    $long = $size - $from if $from + $long > $size;
    if ($long > 0) { push @parts, [$from, $long]; $length += 16 + $long }
  }
  fits($index, $length) or return;
  frame($kind, $index, $length, $e->{id} eq "" ? "-" : $e->{id});
  put(wide($size));
  for (@parts) {
    my ($from, $long) = @$_;
    put(wide($from) . wide($long));
    while ($long > 0) {
      my $b = at($e->{f}, $from, $long > 1048576 ? 1048576 : $long);
      if ($b eq "") { $b = "\0" x ($long > 1048576 ? 1048576 : $long) } # the file was shortened meanwhile
      put($b); $from += length $b; $long -= length $b;
    }
  }
}
sub wide { my ($n) = @_; my $low = $n % 4294967296; return pack "NN", ($n - $low) / 4294967296, $low }
sub whole { my ($kind, $index, $b, @fields) = @_; fits($index, length $b) or return; frame($kind, $index, length $b, @fields); put($b) }

sub send_file {
  my ($index, $id, $inode, $pids, $known, $path) = @_;
  my $e = find($id, $inode, $path, @$pids);
  return lacks($index, $e) if !ref $e;
  my $own = $e->{id};
  if ($own ne "" && ($known->{$own} || $known->{"$own+"} || $sent{$own})) { frame("s", $index, 0, $own) }
  else { parts("e", $index, $e) }
  if (!$e->{full} && $own ne "" && !$known->{"$own+"} && !$sent{$own}) {
    my $d = debug_of($e);
    parts("d", $index, $d) if $d;
  }
  $sent{$own} = 1;
}

# The [vdso] in the memory of a process; our own is that of all processes of the same word size.
sub send_vdso {
  my ($index, $id, $pids, $known) = @_; $denied = 0;
  return frame("s", $index, 0, $id) if $known->{$id} || $known->{"$id+"};
  for my $pid ("self", @$pids) {
    no warnings "portable";
    my ($from, $to) = slurp("/proc/$pid/maps") =~ /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m or next;
    my $size = hex($to) - hex $from;
    next if $size <= 0 || $size > 1048576;
    sysopen(my $f, "/proc/$pid/mem", 0) or next;
    my $b = at($f, hex $from, $size);
    my $own = "";
    for (qw(V N)) { my $mark = index $b, pack("${_}3", 4, 20, 3) . "GNU\0"; $own = unpack "H*", substr $b, $mark + 16, 20 if $mark > 0 }
    next if length $b < $size || ($id ne "" && !same($own, $id));
    return whole("e", $index, wide($size) . wide(0) . wide($size) . $b, $own eq "" ? "-" : $own);
  }
  lacks($index, "absent");
}

# The map that a run-time compiler writes: /tmp/perf-PID.map, with the pid and the /tmp that the process sees.
sub send_map {
  my ($pid) = @_; $denied = 0;
  my $inside = slurp("/proc/$pid/status") =~ /^NStgid:.*\s(\d+)$/m ? $1 : $pid;
  for my $place ("/proc/$pid/root/tmp/perf-$inside.map", "/tmp/perf-$pid.map") {
    next if -l $place || -l "/proc/$pid/root/tmp";
    my $f = opened($place) or next;
    my $size = -s $f or next;
    return whole("m", "m$pid", at($f, 0, $size > $most ? $most + 1 : $size));
  }
  lacks("m$pid", $denied ? "denied" : lives($pid) ? "absent" : "ended");
}

# The kernel's symbols change with its boot and its modules, which make their key.
sub send_kernel {
  my ($id, $known) = @_;
  my $own = note(slurp("/sys/kernel/notes"), pack("L", 1) ne pack("V", 1));
  return lacks("k", "changed") if $id ne "" && $own ne "" && !same($id, $own);
  my $modules = slurp("/proc/modules"); my $hash = 0;
  for (split /\n/, $modules) { $hash = ($hash * 31 + $_) % 4294967291 for unpack "C*", join " ", (split / /)[0, 5] }
  my ($boot) = slurp("/proc/sys/kernel/random/boot_id") =~ /^([0-9a-f-]{36})$/;
  my $key = $boot ? "$boot-$hash" : "-";
  whole("o", "k", $modules);
  return frame("s", "k", 0, $key) if $known->{$key};
  my $symbols = slurp("/proc/kallsyms");
  return lacks("k", $symbols eq "" ? "absent" : "hidden") if $symbols !~ /^0*[1-9a-f]/m;
  whole("k", "k", $symbols, $key);
}

sub list { my ($words) = @_; return $words eq "-" ? () : split /,/, $words }
my @lines = <STDIN>;
for (@lines) {
  chomp;
  my ($kind, $index, @w) = split / /;
  next if !defined $index;
  if (time() > $until) { lacks($kind eq "k" ? "k" : $kind eq "m" ? "m$index" : $index, "late"); next }
  if ($kind eq "m") { send_map($index); next }
  my $id = $kind eq "k" ? $index : $w[0]; $id = "" if $id eq "-";
  if ($kind eq "k") { send_kernel($id, { map { ($_ => 1) } list($w[0]) }); next }
  my ($inode, $pids, $known, $path) = ($w[1], [list($w[2])], { map { ($_ => 1) } list($w[3]) }, $w[4]);
  if ($kind eq "v") { send_vdso($index, $id, $pids, $known); next }
  $path =~ s/\\0([0-7]{3})/chr oct $1/ge;
  send_file($index, $id, $inode, $pids, $known, $path);
}
frame("z", "-", 0);
