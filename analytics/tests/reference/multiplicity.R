# Makes what R says about p-values "below the target" and their adjustment.
#
#   Rscript multiplicity.R          (in this folder, after make.R; base R)
#
# Writes adjusted.csv (p.adjust), below_chosen.csv (by the intervals that can be chosen),
# below_designs.csv (figures of designs.csv and
# calibrated.csv) and below.csv: for figures of estimates.csv the
# one-sided p-value by the test whose inversion is the interval: prop.test without
# continuity correction (Wilson), binom.test (Clopper-Pearson, also on respondents at
# 0 % and 100 %), pt on the logit scale, and pbeta for answers that are all alike.

options(digits = 17)
set.seed(20261009, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
exact <- function(x) sprintf("%.17g", x)

families <- list(one = 0.03, equal = rep(0.02, 7), ends = c(0, 1, 0.5, 0, 1),
                 ties = c(0.01, 0.04, 0.01, 0.2, 0.04, 0.9, 0.6),
                 many = runif(400)^3, small = 10^-runif(60, 0, 300))
adjusted <- do.call(rbind, lapply(names(families), function(name) {
  p <- families[[name]]
  data.frame(family = name, p = exact(p), bh = exact(p.adjust(p, "BH")), holm = exact(p.adjust(p, "holm")))
}))
write.csv(adjusted, "adjusted.csv", row.names = FALSE, quote = FALSE, eol = "\n")

below <- function(row, target) {
  r <- as.numeric(row$rate); s <- row$satisfied; v <- row$valid; n <- row$n_eff
  if (row$interval == "wilson") {
    return(suppressWarnings(prop.test(s, v, target, "less", correct = FALSE))$p.value)
  }
  if (row$interval == "clopper_pearson") {
    k <- if (s == v) n else s
    return(binom.test(k, n, target, "less")$p.value)
  }
  if (row$interval == "jeffreys") return(pbeta(target, s + 0.5, v - s + 0.5, lower.tail = FALSE))
  # Student's t of the distance on the scale of the interval.
  student <- function(distance, width) pt(distance / (row$se * width), row$df)
  spread <- sqrt(r * (1 - r))
  if (row$interval == "mean") return(student(r - target, 1))
  if (row$interval == "asin") return(student(asin(sqrt(r)) - asin(sqrt(target)), 0.5 / spread))
  if (row$interval == "likelihood") {
    # The root of the likelihood ratio, of as many people as the spread is worth.
    people <- r * (1 - r) / row$se^2 * (n - 1) / n
    ratio <- 2 * people * (r * log(r / target) + (1 - r) * log((1 - r) / (1 - target)))
    return(pt(sign(r - target) * sqrt(ratio), row$df))
  }
  if (row$interval == "beta") return(pbeta(target, r * n + 1, n - r * n, lower.tail = FALSE))
  pt((qlogis(r) - qlogis(target)) / (row$se / (r * (1 - r))), row$df)
}
all <- read.csv("estimates.csv", colClasses = c(group = "character"))
all <- all[all$shape %in% c("ordinary", "gaps", "communes", "all_satisfied", "none_satisfied", "alike") &
             all$interval != "", ]
all <- all[seq(1, nrow(all), by = 3), ]
rows <- do.call(rbind, lapply(seq_len(nrow(all)), function(i) {
  row <- all[i, ]
  target <- c(0.5, 0.7, 0.85, 0.9)[i %% 4 + 1]
  data.frame(shape = row$shape, by = row$by, group = row$group, level = row$level, code = row$code,
             aggregation = row$aggregation, target = target, p = exact(below(row, target)))
}))
# By the intervals that can be chosen, of figures with a spread.
chosen <- read.csv("estimates.csv", colClasses = c(group = "character"))
chosen <- chosen[chosen$shape %in% c("ordinary", "gaps") & !is.na(chosen$se) & chosen$se > 0 & chosen$df > 0 &
                   chosen$satisfied > 0 & chosen$satisfied < chosen$valid, ]
chosen <- chosen[seq(1, nrow(chosen), by = 5), ]
methods <- c("jeffreys", "mean", "asin", "likelihood")
by_method <- do.call(rbind, lapply(seq_len(nrow(chosen)), function(i) {
  row <- chosen[i, ]
  target <- c(0.5, 0.7, 0.85, 0.9)[i %% 4 + 1]
  of <- function(method) {
    row$interval <- method
    data.frame(shape = row$shape, group = row$group, level = row$level, code = row$code,
               aggregation = row$aggregation, interval = method, target = target, p = exact(below(row, target)))
  }
  do.call(rbind, lapply(if (row$level == "item") methods else methods[-1], of))
}))
write.csv(by_method, "below_chosen.csv", row.names = FALSE, quote = FALSE, eol = "\n")
# Under a design: Student's t on the logit scale, where that is the interval.
of <- function(file) read.csv(file, colClasses = c(group = "character", lonely = "character"))
wanted <- c("shape", "design", "lonely", "group", "level", "code", "aggregation", "rate", "se", "upp", "df")
drawn <- rbind(of("designs.csv")[, wanted], of("calibrated.csv")[, wanted])
drawn <- drawn[drawn$shape != "certain" & drawn$df > 0 & drawn$rate > 0 & drawn$rate < 1, ]
scale <- drawn$se / (drawn$rate * (1 - drawn$rate))
logit <- plogis(qlogis(drawn$rate) + qt(0.975, drawn$df) * scale)
drawn <- drawn[!is.na(logit) & abs(logit - drawn$upp) < 1e-12, ]
drawn <- drawn[seq(1, nrow(drawn), by = 4), ]
target <- c(0.5, 0.7, 0.85, 0.9)[seq_len(nrow(drawn)) %% 4 + 1]
drawn$target <- target
drawn$p <- exact(pt((qlogis(drawn$rate) - qlogis(target)) / (drawn$se / (drawn$rate * (1 - drawn$rate))), drawn$df))
write.csv(drawn[, c("shape", "design", "lonely", "group", "level", "code", "aggregation", "target", "p")],
          "below_designs.csv", row.names = FALSE, quote = FALSE, na = "", eol = "\n")
write.csv(rows, "below.csv", row.names = FALSE, quote = FALSE, na = "", eol = "\n")
