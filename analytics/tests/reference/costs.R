# Makes what R says about the cost of unequal weights.
#
#   Rscript costs.R          (in this folder, after make.R; base R)
#
# Writes costs.csv: for the weights of villages.csv, of households.csv and of each design in
# weights.csv Kish's design effect as 1 + the relative variance of the weights (Kish 1965,
# 11.7), the number of respondents over it, and the smallest and largest over the mean.

options(digits = 17)
sets <- list(villages = read.csv("villages.csv")$weight, households = read.csv("households.csv")$weight,
             equal = rep(3.5, 12), one = 7)
fitted <- read.csv("weights.csv")
for (design in unique(fitted$design)) sets[[design]] <- fitted$weight[fitted$design == design]
cost <- function(name) {
  w <- sets[[name]]
  deff <- 1 + mean((w - mean(w))^2) / mean(w)^2
  data.frame(weights = name, n = length(w), n_eff = sprintf("%.17g", length(w) / deff),
             deff = sprintf("%.17g", deff), smallest = sprintf("%.17g", min(w) / mean(w)),
             largest = sprintf("%.17g", max(w) / mean(w)))
}
write.csv(do.call(rbind, lapply(names(sets), cost)), "costs.csv", row.names = FALSE, quote = FALSE, eol = "\n")
