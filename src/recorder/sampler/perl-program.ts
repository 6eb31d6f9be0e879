import { SAMPLER_NAME } from '../../lib/our-processes.ts';
import { perlCounts, perlTree } from './perl-trees.ts';

/**
 * The sampler in Perl 5.8 or later, without modules (Time::HiRes and Fcntl are used if installed). The text contains
 * no single quote, so that sh can carry it. Arguments: nonce, seconds, largest share of a CPU, machine, how many
 * descriptors it may keep open; then per stream: name, hz, flags (p per process, o once, n per network namespace, l
 * log, c counts), the number of paths, the paths, the number of links, the links. The cost is proportional to what is
 * read. A process with one thread that sleeps and has not run (by its schedstat) cannot have changed its counters:
 * only its stat, which shows reclaimed memory, is read, once in 10 s, and its other files only if stat has changed.
 */
export const perlProgram = String.raw`
my ($nonce, $seconds, $max, $machine, $room, @a) = @ARGV;
$0 = "${SAMPLER_NAME}";
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
sub warned {
  my ($stream, $say) = @_;
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
${perlTree}sub names {
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
  if ($not) { warned("-", "the network namespaces of $not of $all processes cannot be read without root: some namespaces may be missing") }
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

${perlCounts}sub logs {
  my ($s) = @_; my $out = "";
  for my $path (@{$s->{paths}}) {
    my $f = $s->{last}{$path};
    if (!$f) {
      if (!sysopen($f, $path, 2048)) { $out .= lack($path, "$!") if !$s->{n}; next }
      $s->{last}{$path} = $f;
    }
    my @lines; my $b;
    for (1 .. 100000) {
      my $n = sysread $f, $b, 8192;
      if (!defined $n) { next if $!{EPIPE}; if (!$s->{n} && !$!{EAGAIN}) { $out .= lack($path, "$!") } last }
      last if !$n;
      push @lines, $b; shift @lines if @lines > 2000;
    }
    $out .= have($path, join "", @lines) if @lines;
  }
  return $out;
}

my (%renamed, $news);
sub sweep {
  my ($s, $whole) = @_;
  my $g = ++$s->{gen}; my $P = $s->{p}; my $out = ""; my %not; my $seen = 0; my ($b, $c);
  my $turn = int(10 * $s->{hz}) || 1;
  my @names = map { m(/([^/]+)$) } @{$s->{paths}};
  opendir my $d, "/proc" or return "";
  my @pids = grep { /^[0-9]/ } readdir $d;
  closedir $d;
  for my $p (@pids) {
    my $e = $P->{$p}; $b = "";
    if ($e) {
      if ($e->[1]) {
        sysseek $e->[1], 0, 0;
        if (!sysread $e->[1], $b, 128) { $kept--; $out .= gone("/proc/$p/"); delete $P->{$p}; $e = undef; $news = 1 }
      } elsif (sysopen F, "/proc/$p/schedstat", 0) { sysread F, $b, 128; close F }
    }
    if (!$e) {
      my $f;
      if (sysopen $f, "/proc/$p/schedstat", 0) { sysread $f, $b, 128; if ($kept < $room) { $kept++ } else { $f = undef } }
      $e = $P->{$p} = [$g, $f, "", 0, "", {}]; $news = 1;
    }
    $e->[0] = $g;
    my $asleep = $e->[3] && !$whole && $b eq $e->[2];
    next if $asleep && ($g + $p) % $turn;
    $e->[2] = $b;
    for my $name (@names) {
      if ($name eq "schedstat") { $c = $b }
      elsif (!sysopen F, "/proc/$p/$name", 0) { $not{"$name: $!"}++ if $! != 2; next }
      else { $c = ""; if (!defined sysread F, $c, 65536) { $not{"$name: $!"}++ if $! != 3; close F; next } close F }
      next if $c eq "";
      if ($name eq "stat") {
        my $i = rindex $c, ")";
        my @f = split / /, substr($c, $i + 2, 300), 21;
        my $who = "$f[19] " . substr $c, 0, $i; $who =~ s/(\(kworker[^-]*)-.*/$1/s;
        if ($e->[4] ne $who) {
          if ($e->[4] ne "") { $renamed{$p} = $news = 1; if ((split / /, $e->[4])[0] ne $f[19]) { $out .= gone("/proc/$p/"); $e->[5] = {} } }
          $e->[4] = $who;
        }
        $e->[3] = $f[0] ne "R" && $f[17] == 1 && $b =~ /[1-9]/;
      }
      my $was = $e->[5]{$name};
      if (!$whole && defined $was && $was eq $c) { if ($asleep && $name eq "stat") { last } next }
      $e->[5]{$name} = $c;
      my $path = "/proc/$p/$name";
      $out .= length($path) . " " . length($c) . "\n" . $path . $c;
    }
  }
  for (keys %$P) { if ($P->{$_}[0] != $g) { $kept-- if $P->{$_}[1]; $out .= gone("/proc/$_/"); delete $P->{$_}; $news = 1 } }
  for (keys %not) { my ($name, $why) = split /: /, $_, 2; my $of = @pids; warned($s->{name}, "/proc/PID/$name cannot be read for $not{$_} of $of processes: $why") if !$s->{told}{$_}++ }
  return $out;
}

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
  opendir my $d, "/proc" or return $out;
  for my $p (grep { /^[0-9]/ } readdir $d) {
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
  for (keys %$P) { if ($P->{$_}[0] != $g) { $out .= gone("/proc/$_/"); delete $P->{$_} } }
  warned($s->{name}, "the program and the network namespace of some processes cannot be read without root") if $not;
  return $out;
}

my $stop = 0;
$SIG{$_} = sub { $stop = 1 } for qw(TERM INT HUP);
put("\@$nonce H perl\n");
my $start = now(); my $busy = cpu();
$_->{due} = $start for @streams;
my $memory = 0;
until ($stop) {
  my $t = now();
  last if $t - $start >= $seconds;
  for my $s (@streams) {
    next if $s->{due} > $t + 0.0005;
    $t = now(); my $c = cpu();
    my $whole = $s->{n} == 0 || ($s->{flags} !~ /[pc]/ && $t - $s->{whole} >= 10) ? 1 : 0;
    $s->{whole} = $t if $whole;
    my $out = $s->{flags} =~ /l/ ? logs($s) : $s->{flags} =~ /c/ ? counts($s) : $s->{flags} =~ /o/ ? people($s, $whole) : $s->{flags} =~ /p/ ? sweep($s, $whole) : files($s, $whole);
    put(sprintf("\@%s S %s %.9f %s %s %d\n", $nonce, $s->{name}, $t, $letter, $whole ? "W" : "D", length $out) . $out);
    my $cost = cpu() - $c; my $period = 1 / $s->{hz};
    my $rest = $s->{n} ? $cost / $max : 0;
    my $next = $s->{due} + $period;
    if ($rest > $period) { $next = $t + $rest }
    elsif ($next < now()) { my $missed = int((now() - $s->{due}) / $period); $s->{late} += $missed; $next = $s->{due} + $missed * $period + $period }
    $s->{due} = $next; $s->{n}++;
    last if $stop;
  }
  my $next = $start + $seconds;
  for (@streams) { $next = $_->{due} if $_->{due} < $next }
  my $wait = $next - now();
  select undef, undef, undef, $wait if $wait > 0 && !$stop;
}
my $status = slurp("/proc/self/status", 0); $memory = $1 * 1024 if defined $status && $status =~ /VmHWM:\s*(\d+)/;
my $say = sprintf "cpu %.6f\nmemory %d\n", cpu() - $busy, $memory;
$say .= "stream $_->{name} $_->{n} $_->{late}\n" for @streams;
put("\@$nonce E " . length($say) . "\n$say");
`;
