using Payments.Operations.Replaying;
using Payments.Testing;

namespace Payments.Operations.Tests.Replaying;

/// <summary>Fault points are for crash tests: the assembly that ships must not have them.</summary>
public sealed class FaultPointsTests
{
    [Fact]
    public void Product_Built_HasNoFaultPoint()
    {
        var product = new FaultPointCalls(typeof(ReplayTable).Assembly.Location);

        product.Calls.ShouldBe(0);
        product.Methods.ShouldBe(["Reach"]);
    }

    [Fact]
    public void FaultWorker_Built_HasThemAll()
    {
        var worker = new FaultPointCalls(FaultWorker.Program);

        worker.Calls.ShouldBe(5);
        worker.Methods.ShouldContain("Reached");
    }
}
