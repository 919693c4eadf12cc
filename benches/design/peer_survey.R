# Rates and standard errors of items and components by commune, with R's survey package.
#
#   Rscript peer_survey.R RESPONSES.csv OUT.csv

suppressMessages(library(survey))
paths <- commandArgs(trailingOnly = TRUE)
d <- read.csv(paths[1], colClasses = c(commune = "character"))
items <- grep("^[A-F][0-9]$", names(d), value = TRUE)
valid <- function(x) !is.na(x) & x != 9
sets <- c(setNames(as.list(items), items), split(items, tolower(substr(items, 1, 1))))
of_set <- function(code) {
  d$num <- rowSums(sapply(sets[[code]], function(i) valid(d[[i]]) & d[[i]] >= 4))
  d$den <- rowSums(sapply(sets[[code]], function(i) valid(d[[i]])))
  design <- svydesign(ids = ~village, strata = ~stratum, weights = ~weight, fpc = ~villages, data = d)
  found <- svyby(~num, ~commune, denominator = ~den, design, svyratio)
  data.frame(code = code, commune = found$commune, rate = sprintf("%.17g", coef(found)), se = sprintf("%.17g", SE(found)))
}
write.csv(do.call(rbind, lapply(names(sets), of_set)), paths[2], row.names = FALSE, quote = FALSE)
