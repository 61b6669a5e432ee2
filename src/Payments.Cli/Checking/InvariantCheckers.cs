using System.Data;
using Npgsql;
using Payments.Cli.Checking.Evidence;
using Payments.Cli.Checking.Rules;

namespace Payments.Cli.Checking;

/// <summary>
/// The invariants, checked over the services' <c>ops</c> views and the sandbox's own book, while payments run.
/// </summary>
/// <remarks>
/// The cut: first the sagas' versions, then the books at one moment (a repeatable-read snapshot) and the sandbox's book
/// after it, then the versions again. A payment that is terminal and has the same version all three times is settled:
/// its books are compared. Every other one is moving, and its part is taken out of both sides of the totals. The
/// comparison per payment holds where services have databases of their own, too; the totals need the one snapshot.
/// </remarks>
public static class InvariantCheckers
{
    /// <summary>Runs every checker; those over the sandbox's book only where its address is given.</summary>
    /// <param name="opsConnectionString">A role that may read the <c>ops</c> views: <c>ops_reader</c>.</param>
    /// <param name="sandboxUri">The sandbox's base address.</param>
    /// <param name="cancellationToken">Ends the run; there are no partial results.</param>
    /// <exception cref="NpgsqlException">The database is out of reach, or a view is missing.</exception>
    /// <exception cref="HttpRequestException">The sandbox is out of reach.</exception>
    public static async Task<IReadOnlyList<CheckResult>> Run(
        string opsConnectionString, Uri? sandboxUri, CancellationToken cancellationToken = default)
    {
        await using var database = NpgsqlDataSource.Create(opsConnectionString);
        var before = await Versions.Read(database, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var books = new BooksReader(connection);
        var totals = await books.ReadTotals(cancellationToken);
        var charges = sandboxUri is null ? null : await SandboxBook.Read(sandboxUri, cancellationToken);
        var after = await Versions.Read(database, cancellationToken);

        var checkers = Create(charges is not null);
        await foreach (var payment in books.ReadPayments(before, after, charges, cancellationToken))
            Examine(checkers, payment);
        totals = totals with { StrayCharges = charges?.Stray(after) ?? [] };
        return Conclude(checkers, totals);
    }

    /// <summary>The checkers, fed with evidence from anywhere: tests feed them rows.</summary>
    internal static IReadOnlyList<CheckResult> Evaluate(IEnumerable<PaymentEvidence> payments, Totals totals)
    {
        var checkers = Create(withSandbox: true);
        foreach (var payment in payments)
            Examine(checkers, payment);
        return Conclude(checkers, totals);
    }

    private static Checker[] Create(bool withSandbox)
    {
        Checker[] always =
        [
            new OrdersMatchPayment(), new NothingHangs(), new JournalsBalance(), new WalletsNotNegative(),
            new SellersBooksAgree(), new PspBooksAgree(), new OrdersBookedOnce(), new EveryRowHasPayment(),
        ];
        return withSandbox ? [new OneChargePerOrder(), .. always] : always;
    }

    private static void Examine(Checker[] checkers, PaymentEvidence payment)
    {
        foreach (var checker in checkers)
            checker.Examine(payment);
    }

    private static CheckResult[] Conclude(Checker[] checkers, Totals totals)
    {
        foreach (var checker in checkers)
            checker.Examine(totals);
        return [.. checkers.Select(c => c.Result)];
    }
}
