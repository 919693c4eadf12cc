# Makes what R says about how many forms are needed.
#
#   Rscript planning.R          (in this folder; base R)
#
# Writes planning.csv. The number for a margin is Cochran's formula, for a change that of
# power.prop.test. For a target it starts from the normal approximation and goes up until
# the exact probability of the verdict, dbinom summed over the counts whose interval
# (prop.test without continuity correction; binom.test below 100 and at 0 % and 100 %)
# lies on the true rate's side, reaches the power. n people drawn one by one are
# ceiling(n * deff) of a design.

options(digits = 17)
exact <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))

limits <- function(k, n, level) {
  if (n < 100 || k == 0 || k == n) return(binom.test(k, n, conf.level = level)$conf.int)
  suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
}
outlook <- function(n, target, rate, level) {
  both <- vapply(0:n, limits, c(0, 0), n = n, level = level)
  p <- dbinom(0:n, n, rate)
  c(met = sum(p[both[1, ] >= target]), not_met = sum(p[both[2, ] < target]))
}
rows <- list()
add <- function(question, first, second, power, level, deff, population, needed, found = c(NA, NA)) {
  rows[[length(rows) + 1]] <<- data.frame(question, first = exact(first), second = exact(second),
    power = exact(power), level = exact(level), deff = exact(deff), population = exact(population),
    needed = exact(needed), met = exact(found[1]), not_met = exact(found[2]))
}
ordinary <- list(c(0.95, 1), c(0.9, 1), c(0.95, 1.5), c(0.99, 4.75))
for (of in ordinary) {
  level <- of[1]; deff <- of[2]; z <- qnorm((1 + level) / 2)
  for (rate in c(0.5, 0.9)) for (margin in c(0.03, 0.05)) for (population in c(NA, 20, 1000, 8000)) {
    n <- z^2 * rate * (1 - rate) / margin^2 * deff
    if (!is.na(population)) n <- n / (1 + (n - 1) / population)
    add("margin", rate, margin, NA, level, deff, population, ceiling(n))
  }
  for (pair in list(c(0.85, 0.9), c(0.9, 0.85), c(0.9, 0.93))) for (power in c(0.8, 0.9)) {
    n <- power.prop.test(p1 = pair[1], p2 = pair[2], power = power, sig.level = 1 - level, tol = 1e-12)$n
    add("change", pair[1], pair[2], power, level, deff, NA, ceiling(n * deff * (1 - 1e-9)))
  }
  for (pair in list(c(0.9, 0.95), c(0.9, 0.97), c(0.9, 0.8), c(0.5, 0.6), c(0.95, 0.85))) for (power in c(0.8, 0.9)) {
    target <- pair[1]; rate <- pair[2]
    n <- ceiling(((z * sqrt(target * (1 - target)) + qnorm(power) * sqrt(rate * (1 - rate))) / (rate - target))^2)
    repeat {
      found <- outlook(n, target, rate, level)
      if (found[[if (rate > target) "met" else "not_met"]] >= power) break
      n <- n + 1
    }
    add("target", target, rate, power, level, deff, NA, ceiling(n * deff - 1e-9), found)
  }
}
# Numbers of forms whose chances are asked for; what is needed is not.
for (n in c(30, 60, 384)) for (rate in c(0.85, 0.92, 0.97)) {
  add("outlook", 0.9, rate, NA, 0.95, 1, NA, n, outlook(n, 0.9, rate, 0.95))
}
write.csv(do.call(rbind, rows), "planning.csv", row.names = FALSE, quote = FALSE, eol = "\n")
