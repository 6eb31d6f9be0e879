# Takes a CPU profile of one Node process by its own profiler, through its inspector: a WebSocket on the loopback interface of
# its network namespace (https://nodejs.org/api/inspector.html). SIGUSR1 opens the inspector; one that is open already is used
# and left open. Arguments: pid=N hz=N. Prints "begin PID HZ COMM", at the end "profile JSON" as V8 gives it, and "end SECONDS",
# those that the main thread was on a CPU meanwhile. SIGTERM ends it. A child closes the inspector if this process is killed.
use strict; use warnings; use Socket; use POSIX ();
my %given = map { split /=/, $_, 2 } @ARGV; my ($pid, $hz) = @given{qw(pid hz)}; my $at = "/proc/$pid";
my ($stop, $opened, $id, $got, $part) = (0, undef, 0, '', ''); my ($ws, $guard);
$SIG{$_} = sub { $stop = 1 } for qw(TERM INT HUP); $SIG{PIPE} = 'IGNORE';

sub give_up { print STDERR "error: $_[0]\n"; leave() if defined $opened; exit 1 }
sub text { my ($file) = @_; my $text = ''; open my $f, '<', $file or return ''; while (sysread $f, $text, 65536, length $text) { } return $text }
sub on_cpu { return ((split ' ', text("$at/task/$pid/schedstat"))[0] || 0) / 1e9 }

# Sockets that listen in the namespace of the process: by inode [address, port, whether it is the process's own].
sub listening {
  my %own = map { (readlink($_) || '') =~ /^socket:\[(\d+)\]$/ ? ($1 => 1) : () } glob "$at/fd/*";
  my %all;
  for (split /\n/, text("$at/net/tcp") . text("$at/net/tcp6")) {
    my ($local, $state, $inode) = (split)[1, 3, 9]; defined $inode && $state eq '0A' or next;
    my ($where, $port) = split /:/, $local; $all{$inode} = [$where, hex $port, $own{$inode}];
  }
  return %all;
}
# The port that its command line or NODE_OPTIONS names, and whether that opens the inspector at its start.
sub wanted {
  my $words = text("$at/cmdline"); my ($set) = text("$at/environ") =~ /(?:^|\0)NODE_OPTIONS=([^\0]*)/;
  my ($port, $at_start) = (9229, 0);
  for (split(/\s+/, $set || ''), split /\0/, $words) {
    my ($how, $value) = /^--(inspect|inspect-brk|inspect-wait|inspect-port|debug-port)(?:=(?:.*:)?(\d+))?$/ or next;
    $port = $value if defined $value; $at_start = 1 if $how !~ /port/;
  }
  return ($port, $at_start);
}
# Enters the network namespace of a container: only root may.
sub enter {
  my ($ours, $theirs) = map { readlink "/proc/$_/ns/net" } 'self', $pid;
  return if !defined $theirs || $ours eq $theirs;
  my %setns = (x86_64 => 308, aarch64 => 268); my $call = $setns{(POSIX::uname())[4]};
  open my $f, '<', "$at/ns/net" or give_up("process $pid is in another network namespace, which this login may not enter: $!");
  defined $call && syscall($call, fileno $f, 0x40000000) == 0 or give_up("process $pid is in another network namespace, which this login may not enter: $!");
}

sub dial { my ($port) = @_; socket $ws, PF_INET, SOCK_STREAM, 0; connect $ws, sockaddr_in($port, INADDR_LOOPBACK) or return 0; $got = $part = ''; return 1 }
sub put { my ($bytes) = @_; for (my $done = 0; $done < length $bytes;) { my $n = syswrite $ws, $bytes, length($bytes) - $done, $done; defined $n ? $done += $n : $!{EINTR} || return 0 } return 1 }
# Reads what has come, waiting for at most $_[0] seconds: 1, 0 if nothing came, undef if the process closed the connection.
sub more {
  my $ready = ''; vec($ready, fileno $ws, 1) = 1;
  return 0 unless select($ready, undef, undef, $_[0]) > 0;
  my $n = sysread $ws, $got, 1 << 20, length $got;
  return $n ? 1 : !defined $n && $!{EINTR} ? 0 : undef;
}
sub until_there { my ($is, $seconds) = @_; my $end = time + $seconds; until ($is->()) { return 0 if time >= $end || !defined more(0.5) } return 1 }
sub get {
  my ($port, $path, $more) = @_;
  return put("GET $path HTTP/1.1\r\nHost: 127.0.0.1:$port\r\n$more\r\n") && until_there(sub { $got =~ /\r\n\r\n/ }, 5);
}
# Connects to the inspector at a port; gives 0 if none answers there.
sub reach {
  my ($port) = @_;
  dial($port) && get($port, '/json/list', '') or return 0;
  my ($length) = $got =~ /content-length: *(\d+)/i;
  defined $length && until_there(sub { my ($body) = $got =~ /\r\n\r\n(.*)/s; length $body >= $length }, 5) or return 0;
  my ($path) = $got =~ m{"webSocketDebuggerUrl": *"ws://[^/"]*(/[0-9a-f-]+)"} or return 0;
  close $ws;
  dial($port) && get($port, $path, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZmFzdC1ieS1mcmlkYXkhIQ==\r\n") or return 0;
  return $got =~ s/^HTTP\/1\.1 101 .*?\r\n\r\n//s;
}
# The next whole message; undef if it has not come yet. The mask of what we send is zero, which leaves the text as it is.
sub message {
  while (length $got >= 2) {
    my ($first, $size) = unpack 'CC', $got; my $from = 2;
    if ($size == 126) { return if length $got < 4; ($size, $from) = (unpack('n', substr $got, 2, 2), 4) }
    elsif ($size == 127) { return if length $got < 10; ($size, $from) = (unpack('Q>', substr $got, 2, 8), 10) }
    return if length $got < $from + $size;
    my $body = substr $got, $from, $size; substr $got, 0, $from + $size, '';
    next if ($first & 15) > 2;
    $part .= $body; next unless $first & 128;
    my $whole = $part; $part = ''; return $whole;
  }
  return;
}
sub request {
  my ($method, $params) = @_; my $text = sprintf '{"id":%d,"method":"%s","params":%s}', ++$id, $method, $params || '{}';
  return put(pack('CCnN', 0x81, 0x80 | 126, length $text, 0) . $text);
}
# The result of a call; the process answers at once also while JavaScript runs, but not from within native code.
sub ask {
  my ($seconds, @call) = @_; my $reply;
  my $came = request(@call) && until_there(sub { while (defined(my $one = message())) { $reply = $one if $one =~ /^\{"id":$id,/ } defined $reply }, $seconds);
  $came or give_up(kill(0, $pid) ? "process $pid did not answer $call[0] in $seconds s: it runs native code, or is stopped" : "process $pid has ended");
  $reply =~ /^\{"id":\d+,"error"/ and give_up("process $pid refused $call[0]: " . substr $reply, 0, 200);
  return $reply;
}

# Closes the inspector that listens by this socket: V8 does it at once, also between two steps of a loop that does not end.
sub shut {
  my ($inode) = @_; my %all = listening(); my $found = $all{$inode} or return 1;
  ($ws && fileno $ws || reach($found->[1])) && request('Runtime.evaluate', '{"expression":"process._debugEnd()"}');
  for (1 .. 30) { %all = listening(); return 1 unless $all{$inode}; more(0.1) }
  return 0;
}
sub leave {
  shut($opened) or print STDERR "error: the inspector of process $pid is still open: it closes when the process runs JavaScript again\n";
  syswrite $guard, 'k'; close $guard; wait; undef $opened;
}
# Our own sockets of the process, as far as they are not in %$before, at its inspector's port.
sub inspector { my ($port, $before) = @_; my %all = listening(); return grep { $all{$_}[2] && !$before->{$_} && ($port ? $all{$_}[1] == $port : $all{$_}[0] eq '0100007F') } keys %all }
# Starts the child that closes an inspector at $port if this process ends without a word.
sub stand_guard {
  my ($port, $before) = @_; pipe(my $end, $guard); my $child = fork; defined $child or give_up("no further process: $!");
  if ($child) { close $end; return }
  $SIG{$_} = 'IGNORE' for qw(TERM INT HUP); close $guard; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null';
  my $word; 1 until defined sysread $end, $word, 1; POSIX::_exit(0) if $word;
  for (1 .. 50) { my ($inode) = inspector($port, $before); shut($inode), last if $inode; select undef, undef, undef, 0.1 }
  POSIX::_exit(0);
}

my $exe = readlink "$at/exe"; my $status = text("$at/status");
$status or give_up("process $pid does not run"); defined $exe or give_up("process $pid belongs to another user, whose program this login may not see");
$exe =~ m{(^|/)node(js)?( \(deleted\))?$} || text("$at/maps") =~ m{/libnode\.so} or give_up("process $pid is not Node: it runs " . $exe);
kill 0, $pid or give_up("process $pid belongs to another user, whom this login may not signal");
$status =~ /^State:\s+([TtZ])/m and give_up("process $pid is stopped or has ended (state $1)");
enter();
my ($port, $at_start) = wanted(); my ($inode) = inspector($port, {}); my %all = listening();
if (!$inode) {
  !$at_start or give_up("process $pid was started with --inspect, but does not listen at port $port");
  my ($caught) = $status =~ /^SigCgt:\s*([0-9a-f]+)/m;
  hex(substr $caught, -4) & 0x200 or give_up("process $pid does not handle SIGUSR1, which would end it: no signal was sent");
  grep { $_->[1] == $port && $_->[0] =~ /^(0100007F|0+)$/ } values %all and give_up("port $port, at which process $pid would open its inspector, is in use by another process: no signal was sent");
  stand_guard($port, \%all);
  kill 'USR1', $pid or give_up("process $pid cannot be signalled: $!");
  for (1 .. 100) { ($inode) = inspector($port, \%all) and last; select undef, undef, undef, 0.1 }
  $inode or give_up("process $pid did not open its inspector within 10 s of SIGUSR1: it runs native code, or has a handler of its own, which then ran");
  $opened = $inode; %all = listening();
}
reach($all{$inode}[1]) or give_up("no inspector of process $pid answers at port $all{$inode}[1]");
ask(10, 'Profiler.enable'); ask(10, 'Profiler.setSamplingInterval', sprintf '{"interval":%d}', 1e6 / $hz);
ask(10, 'Profiler.start');
my $from = on_cpu(); my $comm = text("$at/comm"); $comm =~ s/\n.*//s;
$| = 1; print "begin $pid $hz $comm\n";
while (!$stop) { defined more(1) or give_up("process $pid has ended, or closed its inspector"); 1 while defined message() }
my $used = on_cpu() - $from;
my $reply = ask(6, 'Profiler.stop');
$reply =~ s/^\{"id":\d+,"result":\{"profile":// and $reply =~ s/\}\}$//;
printf "profile %s\nend %.6f\n", $reply, $used;
leave() if defined $opened;
