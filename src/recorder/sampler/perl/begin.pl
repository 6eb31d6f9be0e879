# The sampler in Perl 5.8 or later, without modules (Time::HiRes and Fcntl are used if installed): its arguments, clocks
# and output. The cost is proportional to what is read. Arguments: name of the process, nonce, seconds, largest share of a
# CPU, machine, how many descriptors it may keep open; then per stream: name, hz, flags (p per process, t per thread, o once, n per
# network namespace, l log, c counts), the number of paths, the paths, the number of links, the links.

$0 = shift;
my ($nonce, $seconds, $max, $machine, $room, @a) = @ARGV;
binmode STDOUT;
my @streams;
while (@a) {
  my ($name, $hz, $flags, $n) = splice @a, 0, 4;
  my @paths = splice @a, 0, $n;
  my @links = splice @a, 0, shift @a;
  push @streams, { name => $name, hz => $hz, flags => $flags, paths => [@paths], links => [@links], gen => 0, n => 0,
    late => 0, last => {}, p => {}, due => 0, keep => $flags =~ /p/ ? 0 : 1 };
}

my $hires = eval { require Time::HiRes; Time::HiRes::clock_gettime(1) > 0 };
my $number = { x86_64 => 228, amd64 => 228, aarch64 => 113, riscv64 => 113, ppc64le => 246, s390x => 260 }->{$machine};
my $kernel = !$hires && $number && eval { my $b = "\0" x 16; syscall($number, 1, $b) == 0 && length pack("q", 1) == 8 };
my $letter = $hires || $kernel ? "M" : "B";
sub now {
  return Time::HiRes::clock_gettime(1) if $hires;
  if ($kernel) { my $b = "\0" x 16; syscall($number, 1, $b); my ($s, $n) = unpack "qq", $b; return $s + $n / 1e9 }
  sysopen(U, "/proc/uptime", 0) and sysread(U, my $b, 64) and close U;
  return 0 + $b;
}
my $ran;
sub cpu {
  if (sysopen(R, "/proc/self/schedstat", 0)) {
    my $b = ""; sysread(R, $b, 128); close R;
    return $1 / 1e9 if $b =~ /^([1-9]\d*) /;
  }
  my ($u, $s) = times; return $u + $s;
}

sub put {
  my $at = 0;
  while ($at < length $_[0]) {
    my $n = syswrite STDOUT, $_[0], length($_[0]) - $at, $at;
    if (defined $n) { $at += $n } elsif (!$!{EINTR}) { exit 1 }
  }
}
my %warned;
# Sends a warning once: a code of src/lib/recording/warning.ts and its fields.
sub warned {
  my ($stream, $say, %fields) = @_;
  $say .= "\n$_ $fields{$_}" for sort keys %fields;
  return if $warned{"$stream $say"}++;
  put("\@$nonce W $stream " . length($say) . "\n$say");
}

my %kept; my $kept = 0;
sub slurp {
  my ($path, $keep) = @_;
  my $f = $kept{$path};
  if ($f) { sysseek $f, 0, 0 }
  else {
    sysopen($f, $path, 2048) or return undef;
    if ($keep && $kept < $room) { $kept{$path} = $f; $kept++ }
  }
  my $b = ""; my $n;
  while (($n = sysread $f, $b, 65536, length $b) && length $b < 16777216) {}
  if (!defined $n && $b eq "") { my $e = $!; if (delete $kept{$path}) { $kept-- } $! = $e; return undef }
  return $b;
}
