# Makes what R says about samples of clusters.
#
#   Rscript clusters.R          (in this folder, after planning.R; base R)
#
# Writes clusters.csv. n people are needed one by one: Cochran's formula, power.prop.test,
# or for a target the exact number in planning.csv. Clusters of m people have the design
# effect 1 + (m - 1) * icc (Kish 1965, Survey Sampling, 5.4): ceiling(n * deff / m) of them
# are needed. In k clusters it is n * (1 - icc) / (k - n * icc) people in each, and none will
# do where k <= n * icc (Hemming, Girling, Sitch, Marsh and Lilford 2011, BMC Medical Research
# Methodology 11:102). With a population the first number is looked for one by one.

options(digits = 17)
exact <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
up <- function(x) ceiling(x * (1 - 1e-12))
planned <- read.csv("planning.csv")
rows <- list()
add <- function(question, first, second, power, population, icc, clusters, size, given) {
  rows[[length(rows) + 1]] <<- data.frame(question, first = exact(first), second = exact(second),
    power = exact(power), population = exact(population), icc = exact(icc), given,
    clusters = exact(clusters), size = exact(size), deff = exact(1 + (size - 1) * icc))
}
asked <- list(list("margin", 0.5, 0.05, NA), list("margin", 0.9, 0.03, NA),
              list("change", 0.85, 0.9, 0.8), list("target", 0.9, 0.95, 0.8), list("target", 0.9, 0.8, 0.9))
for (a in asked) {
  question <- a[[1]]; first <- a[[2]]; second <- a[[3]]; power <- a[[4]]
  n <- switch(question,
    margin = qnorm(0.975)^2 * first * (1 - first) / second^2,
    change = power.prop.test(p1 = first, p2 = second, power = power, tol = 1e-12)$n * (1 - 1e-9),
    target = planned$needed[planned$question == "target" & planned$first == first & planned$second == second &
                            planned$power == power & planned$level == 0.95 & planned$deff == 1])
  for (icc in c(0, 0.01, 0.05, 0.2)) {
    for (m in c(1, 8, 20, 50)) add(question, first, second, power, NA, icc, up(n * (1 + (m - 1) * icc) / m), m, "size")
    for (k in c(12, 30, 100, 400)) {
      m <- if (k > n * icc) up(n * (1 - icc) / (k - n * icc)) else NA
      add(question, first, second, power, NA, icc, k, m, "clusters")
    }
    if (question == "margin") for (k in c(12, 30)) {
      m <- 1
      repeat {
        d <- n * (1 + (m - 1) * icc)
        if (k * m >= d / (1 + (d - 1) / 1000)) break
        m <- m + 1
      }
      add(question, first, second, power, 1000, icc, k, m, "clusters")
    }
  }
}
write.csv(do.call(rbind, rows), "clusters.csv", row.names = FALSE, quote = FALSE, eol = "\n")
