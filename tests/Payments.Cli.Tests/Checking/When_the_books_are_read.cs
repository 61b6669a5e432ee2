using Payments.Cli.Checking;
using Payments.Testing;

namespace Payments.Cli.Tests.Checking;

public sealed class When_the_books_are_read
{
    /// <summary>
    /// What other tests left there is none of this test's business: only that every view is as it is read.
    /// </summary>
    [Fact]
    public async Task Should_find_every_view_of_every_service()
    {
        var database = RunDirectory.Settings("cli")[Shell.OpsDatabaseVariable];

        var results = await InvariantCheckers.Run(database, sandboxUri: null);

        results.Count.ShouldBe(8);
    }
}
