using Payments.Benchmark.Measuring;

namespace Payments.Benchmark.Tests;

public sealed class ProcFileTests
{
    [Theory]
    [InlineData("beam.smp")]
    [InlineData("postgres: walwriter")]
    [InlineData("a (b) c) 7 8 9")]
    [InlineData("")]
    public void Parse_OfAnyName_FindsParentAndTimes(string name) =>
        ProcessStat.Parse($"4711 ({name}) S 42 4711 4711 0 -1 4194560 901 802 0 0 100 20 3 4 20 0 9 0 12345 678 90")
            .ShouldBe(new ProcessStat(Parent: 42, Own: 120, Waited: 7));

    [Fact]
    public void Read_OfThisProcess_IsThere()
    {
        var stat = ProcessStat.Read(Environment.ProcessId).ShouldNotBeNull();

        stat.Parent.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Read_OfNoProcess_IsNull() => ProcessStat.Read(int.MaxValue).ShouldBeNull();

    [Fact]
    public void Parse_OfTheMachine_CountsWaitingAsIdleAndNoGuestTwice() =>
        MachineStat.Parse("cpu  100 20 30 400 50 6 7 8 99 9")
            .ShouldBe(new MachineStat(Busy: 163, Idle: 450, Stolen: 8));

    [Fact]
    public void Parse_OfMemory_IsInMega() =>
        MemoryUse.Parse(["Name:\tbeam.smp", "VmHWM:\t  204800 kB", "VmRSS:\t  102400 kB"], "VmRSS").ShouldBe(100);

    [Fact]
    public void Parse_OfMemoryThatIsNotListed_IsNone() => MemoryUse.Parse(["Name:\tkthreadd"], "VmRSS").ShouldBe(0);
}
