# Makes what R says about the last dissatisfied answer of 120 in ever more villages.
#
#   Rscript everybody.R         (in this folder; needs the survey package)
#
# Writes everybody.csv. For 119 satisfied of 120: the lower limits of svyciprop's logit and
# beta intervals. For 120 of 120 svyciprop has no limits (NaN, which is checked here): the
# lower limit is then that of the beta interval with a design effect of 1, whose number of
# people is 120 * (qt(0.975, 119) / qt(0.975, villages - 1))^2.

suppressPackageStartupMessages(library(survey))
exact <- function(x) sprintf("%.17g", x)
row <- function(villages) {
  d <- data.frame(village = rep(seq_len(villages), length.out = 120), yes = c(0, rep(1, 119)))
  low <- function(design, method) unname(confint(svyciprop(~yes, design, method = method))[1])
  nearly <- svydesign(~village, weights = ~1, data = d)
  d$yes <- 1
  all <- svydesign(~village, weights = ~1, data = d)
  stopifnot(is.nan(low(all, "beta")))
  n <- 120 * (qt(0.975, 119) / qt(0.975, villages - 1))^2
  data.frame(villages, logit = exact(low(nearly, "logit")), beta = exact(low(nearly, "beta")),
    all = exact(qbeta(0.025, n, 1)))
}
rows <- do.call(rbind, lapply(c(3, 5, 8, 10, 12, 20, 24, 40, 60, 120), row))
write.csv(rows, "everybody.csv", row.names = FALSE, quote = FALSE)
