# ELF files: elf(5).

sub same { my ($a, $b) = @_; return $a ne "" && $b ne "" && substr($a . "0" x 40, 0, 40) eq substr($b . "0" x 40, 0, 40) }
# The GNU build-id among ELF notes; "" if there is none.
sub note {
  my ($b, $big) = @_;
  for (my $at = 0; $at + 12 <= length $b;) {
    my ($n, $size, $type) = unpack $big ? "NNN" : "VVV", substr $b, $at, 12;
    my $body = $at + 12 + (($n + 3) & ~3);
    return "" if $n > length $b || $size > length $b || $body + $size > length $b;
    return unpack "H*", substr $b, $body, $size > 20 ? 20 : $size if $type == 3 && substr($b, $at + 12, $n) eq "GNU\0";
    $at = $body + (($size + 3) & ~3);
  }
  return "";
}

# The parts of an ELF file that symbolizing needs (slim-elf.ts), its build-id, whether it has a full symbol table, and
# the name of its debug file: elf(5). undef if it is none.
sub elf {
  my ($f) = @_;
  my $h = at($f, 0, 64);
  return undef if length $h < 52 || substr($h, 0, 4) ne "\x7fELF";
  my ($wide, $big) = map { ord(substr $h, $_, 1) == 2 } 4, 5;
  return undef if $wide && length $h < 64;
  my $half = sub { unpack $big ? "n" : "v", substr $_[0], $_[1], 2 };
  my $full = sub { unpack $big ? "N" : "V", substr $_[0], $_[1], 4 };
  my $word = sub {
    return $full->(@_) if !$wide;
    my ($a, $b) = unpack $big ? "NN" : "VV", substr $_[0], $_[1], 8;
    return $big ? $a * 4294967296 + $b : $b * 4294967296 + $a;
  };
  my ($programs, $sections) = map { $word->($h, $_) } $wide ? (32, 40) : (28, 32);
  my ($psize, $pcount, $size, $count, $names) = map { $half->($h, $_) } $wide ? (54, 56, 58, 60, 62) : (42, 44, 46, 48, 50);
  my $e = { f => $f, id => "", link => "", full => 0, parts => [[0, 64]] };
  my @notes;
  if ($programs && $pcount && $psize >= ($wide ? 56 : 32)) {
    my $table = at($f, $programs, $psize * $pcount);
    push @{$e->{parts}}, [$programs, length $table];
    for (my $p = 0; $p + $psize <= length $table; $p += $psize) {
      next if $full->($table, $p) != 4;
      push @notes, [$word->($table, $p + ($wide ? 8 : 4)), $word->($table, $p + ($wide ? 32 : 16))];
    }
  }
  my @s;
  if ($sections && $size >= ($wide ? 64 : 40)) {
    my $first = at($f, $sections, $size);
    if (length $first == $size) {
      $count = $word->($first, $wide ? 32 : 20) if !$count;
      $names = $full->($first, $wide ? 40 : 24) if $names == 65535;
      my $table = at($f, $sections, $size * ($count > 65536 ? 65536 : $count));
      push @{$e->{parts}}, [$sections, length $table];
      for (my $p = 0; $p + $size <= length $table; $p += $size) {
        my ($name, $type) = ($full->($table, $p), $full->($table, $p + 4));
        my ($at, $long) = map { $word->($table, $p + $_) } $wide ? (24, 32) : (16, 20);
        push @s, { name => $name, type => $type, at => $at, size => $long, link => $full->($table, $p + ($wide ? 40 : 24)) };
      }
    }
  }
  my %kept;
  my $keep; $keep = sub {
    my ($i) = @_; my $s = $s[$i];
    return if !$s || $kept{$i} || $s->{type} == 8;
    $kept{$i} = 1; push @{$e->{parts}}, [$s->{at}, $s->{size}];
    $keep->($s->{link}) if $s->{type} =~ /^(?:2|4|9|11)$/;
  };
  $keep->($names);
  my $text = $s[$names] && $s[$names]{type} != 8 ? at($f, $s[$names]{at}, $s[$names]{size} > 16777216 ? 16777216 : $s[$names]{size}) : "";
  for my $i (0 .. $#s) {
    my $s = $s[$i];
    my $name = $s->{name} < length $text ? unpack "Z*", substr $text, $s->{name}, 64 : "";
    if ($s->{type} == 2 || $s->{type} == 11 || $name eq ".rela.plt" || $name eq ".rel.plt") { $keep->($i) }
    elsif (($s->{type} == 7 || $name eq ".gnu_debuglink") && $s->{size} <= 4096) { $keep->($i) }
    $e->{full} = 1 if $s->{type} == 2;
    unshift @notes, [$s->{at}, $s->{size}] if $s->{type} == 7;
    $e->{link} = unpack "Z*", at($f, $s->{at}, 256) if $name eq ".gnu_debuglink" && $s->{type} != 8;
  }
  $e->{link} = "" if $e->{link} =~ m(/);
  for (@notes) { last if $e->{id} ne ""; $e->{id} = note(at($f, $_->[0], $_->[1] > 1048576 ? 1048576 : $_->[1]), $big) }
  return $e;
}
