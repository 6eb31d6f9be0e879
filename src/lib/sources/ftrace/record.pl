# Traces events in a tracefs instance of its own and prints its ring buffers as binary pages. Nothing of the top instance or
# of another one is changed. The instance has the name of our run, so that the supervisor removes it whoever dies.
# Arguments: kb=N (buffer of each CPU), event=SYSTEM:NAME, filter=SYSTEM:NAME TEXT, pid=N (trace only the threads of these
# processes, and their children), set=FILE TEXT (another setting of the instance), format=SYSTEM:NAME (an event that a setting
# causes, which is not enabled by itself: a stack).
# Prints frames, "@KIND NAME LENGTH\n" and LENGTH bytes: "file" has a file of tracefs, "cpu" pages of a CPU, each without the
# unused bytes at its end. See https://docs.kernel.org/trace/ring-buffer-map.html and events/header_page for pages.
use strict; use warnings; use Fcntl;

my ($kb, @events, %filter, @pids, @settings, @formats) = (8192);
for (@ARGV) {
  my ($key, $value) = split /=/, $_, 2;
  if ($key eq 'kb') { $kb = $value } elsif ($key eq 'event') { push @events, $value } elsif ($key eq 'pid') { push @pids, $value }
  elsif ($key eq 'set') { push @settings, [split / /, $value, 2] } elsif ($key eq 'format') { push @formats, $value }
  elsif ($key eq 'filter') { my ($event, $text) = split / /, $value, 2; $filter{$event} = $text }
}
my ($root) = grep { -d "$_/instances" } '/sys/kernel/tracing', '/sys/kernel/debug/tracing';
defined $root or die "error: tracefs is not mounted at /sys/kernel/tracing\n";
my $at = "$root/instances/$ENV{FBF_RUN}_ftrace"; my $made = 0; my @pipes;

# Closes the pipes first: an instance is busy while one is open.
sub leave { close $_->{file} for @pipes; @pipes = (); rmdir $at if $made; $made = 0 }
sub give_up { my ($say) = @_; print STDERR "error: $say\n"; leave(); exit 1 }
sub text { my ($file) = @_; my $text = ''; open my $f, '<', $file or return; while (sysread $f, $text, 65536, length $text) { } return $text }
sub set {
  my ($file, $text) = @_;
  my $f; sysopen($f, "$at/$file", O_WRONLY | O_TRUNC) && defined syswrite($f, $text) and return;
  my $why = "$!"; close $f if $f; # before the instance is removed
  my ($folder, $event) = $file =~ m|^(events/(.*))/filter$| or give_up("$file: $why");
  my ($said) = (text("$at/$file") || '') =~ /parse_error: (.*)/; chomp $text; $event =~ s|/|:|;
  my @fields = grep { !/^common_/ } (text("$at/$folder/format") || '') =~ /field:[^;]*?(\w+)(?:\[[^\]]*\])?;/g;
  give_up("the filter of $event, $text: " . (defined $said ? $said : $why) . '; its fields: ' . join ', ', @fields);
}
sub put {
  my ($kind, $name, $bytes) = @_;
  my $out = "\@$kind $name " . length($bytes) . "\n" . $bytes;
  for (my $done = 0; $done < length $out;) {
    my $n = syswrite STDOUT, $out, length($out) - $done, $done;
    if (defined $n) { $done += $n } elsif (!$!{EINTR}) { leave(); exit 1 }
  }
}
sub put_file { my ($file) = @_; my $text = text("$at/$file"); $text = text("$root/$file") unless defined $text; put('file', $file, $text) if defined $text }
sub folder { my ($system, $name) = split /:/, $_[0], 2; return "events/$system/$name" }

mkdir $at or give_up("$at: $!");
$made = 1; my $stop = 0; $SIG{$_} = sub { $stop = 1 } for qw(TERM INT HUP);
set('tracing_on', '0'); set('trace_clock', 'mono'); set('buffer_size_kb', $kb);
set('options/record-tgid', '1') if -e "$at/options/record-tgid";
if (@pids) {
  my @tids = map { my $pid = $_; map { m|(\d+)$| ? $1 : () } glob "/proc/$pid/task/*" } @pids;
  @tids or give_up('none of the processes to trace runs');
  set('options/event-fork', '1') if -e "$at/options/event-fork";
  set('set_event_pid', "@tids\n");
}
for my $event (@events) {
  my $folder = folder($event); -d "$at/$folder" or give_up("this kernel has no event $event");
  set("$folder/filter", "$filter{$event}\n") if defined $filter{$event};
}
set($_->[0], $_->[1]) for @settings;
set(folder($_) . '/enable', '1') for @events;

my $page = text("$root/events/header_page") || ''; my ($commit, $wide) = (8, 8); my ($data, $room) = (16, 4080);
($commit, $wide) = ($1, $2) if $page =~ /commit;\s*offset:(\d+);\s*size:(\d+)/;
($data, $room) = ($1, $2) if $page =~ /data;\s*offset:(\d+);\s*size:(\d+)/;
my $little = pack('L', 1) eq pack('V', 1); my $low = $commit + ($little || $wide < 8 ? 0 : 4); my $whole = $data + $room;
for (glob "$at/per_cpu/cpu*") {
  my ($cpu) = /(\d+)$/;
  sysopen my $file, "$_/trace_pipe_raw", O_RDONLY | O_NONBLOCK or give_up("per_cpu/cpu$cpu/trace_pipe_raw: $!");
  push @pipes, { cpu => $cpu, file => $file };
}
put('ftrace', $little ? 'little' : 'big', $wide);
put_file($_) for 'events/header_page', 'events/header_event', map { folder($_) . '/format' } @events, @formats;
set('tracing_on', '1');
put_file('trace_clock');

# Reads at most 64 pages of each CPU, so that none waits long, and gives the number of full pages.
sub drain {
  my $full = 0;
  for my $pipe (@pipes) {
    my $bytes = '';
    for (1 .. 64) {
      my $from = length $bytes; my $n = sysread $pipe->{file}, $bytes, $whole, $from;
      last unless $n;
      my $used = unpack 'L', substr $bytes, $from + $low, 4;
      my $end = $data + ($used & 0xfffff) + ($used & 0x40000000 ? $wide : 0);
      if ($end < $n) { substr $bytes, $from + $end, $n - $end, '' }
      $full++ if $end > $whole / 2;
    }
    put('cpu', $pipe->{cpu}, $bytes) if $bytes ne '';
  }
  return $full;
}
# Names of threads are in a table of the kernel that may be as small as 128 threads.
# After many pages the next wait is short: 0.1 s of 100,000 switches with stacks fill a buffer of 4 MB.
my ($burst, $named) = (0, time);
while (!$stop) {
  my $full = drain(); $burst += $full;
  if ($full <= 8 * @pipes) { select undef, undef, undef, $burst > 64 * @pipes ? 0.02 : 0.1; $burst = 0 }
  if (time - $named >= 5) { put_file('saved_cmdlines'); $named = time }
}
set('tracing_on', '0');
while (drain()) { }
drain();
put_file($_) for 'saved_cmdlines', 'saved_tgids', map { "per_cpu/cpu$_->{cpu}/stats" } @pipes;
put('end', 'end', '');
leave();
