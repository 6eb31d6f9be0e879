# Logs, read on from where the previous sample ended.

sub logs {
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
