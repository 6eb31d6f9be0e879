# Sends what symbolizing needs of the files that are listed on standard input, one per line (request.ts):
#   f INDEX BUILDID INODE PIDS KNOWN PATH    a file that these processes map; KNOWN: build-ids that need not be sent ("+":
#                                            nor their debug files), separated by commas; "-" for an empty field
#   v INDEX BUILDID - PIDS KNOWN             the [vdso] of these processes
#   m PID                                    the map of code that a process compiled at run time
#   k BUILDID KNOWN                          the kernel; KNOWN: keys of symbols that need not be sent
# Paths are those of the process's mount namespace, with \0ooo for bytes. Of an ELF file only the headers, symbol tables
# and notes are sent. Perl 5.8 or later, without modules. Arguments: nonce, bytes in all, bytes per file, seconds.
# Each answer is "@NONCE KIND INDEX LENGTH FIELDS", a newline, and LENGTH bytes (frames.ts).

my ($nonce, $room, $most, $seconds) = @ARGV;
my $until = time() + $seconds;
my $home = $ENV{HOME} || "/nonexistent";
my $debug = "/usr/lib/debug";
binmode STDIN; binmode STDOUT;

sub put {
  my $at = 0;
  while ($at < length $_[0]) {
    my $n = syswrite STDOUT, $_[0], length($_[0]) - $at, $at;
    if (defined $n) { $at += $n } elsif (!$!{EINTR}) { exit 1 }
  }
}
sub frame { my ($kind, $index, $length, @fields) = @_; put(join(" ", "\@$nonce", $kind, $index, $length, @fields) . "\n") }
sub lacks { my ($index, $why) = @_; frame("x", $index, 0, $why); return }
# Whether so many bytes may still be sent; says so if not.
sub fits {
  my ($index, $length) = @_;
  if ($length > $most) { lacks($index, "large"); return 0 }
  if ($length > $room) { lacks($index, "full"); return 0 }
  $room -= $length; return 1;
}

# Opens a regular file; a device or a pipe is never opened.
my $denied;
sub opened {
  my ($path) = @_;
  if (!stat $path) { $denied = 1 if $!{EACCES} || $!{EPERM}; return undef }
  return undef if !-f _;
  if (!sysopen(my $f, $path, 2048)) { $denied = 1 if $!{EACCES} || $!{EPERM}; return undef }
  else { binmode $f; return -f $f ? $f : undef }
}
sub at {
  my ($f, $at, $n) = @_; my $b = "";
  return $b if !sysseek $f, $at, 0;
  while (length $b < $n) { my $got = sysread $f, $b, $n - length $b, length $b; last if !$got }
  return $b;
}
sub slurp {
  my ($path) = @_; my $b = "";
  sysopen(my $f, $path, 2048) or return $b;
  while (length $b < 268435456) { my $got = sysread $f, $b, 1048576, length $b; last if !$got }
  return $b;
}
