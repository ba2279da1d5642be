using Microsoft.ML.MedicalSegmentation.Models;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public class ContractTests
{
    private static IEnumerable<Type> Contracts =>
        typeof(ZipStages).Assembly.GetTypes().Where(type => type.IsDefined(typeof(CustomMappingFactoryAttributeAttribute), inherit: false));

    [TestMethod]
    public void EveryContract_NameAndVersion_AreItsConstant()
    {
        var names = new List<string>();
        foreach (var type in Contracts)
        {
            var attribute = type.GetCustomAttributesData()
                .Single(data => data.AttributeType == typeof(CustomMappingFactoryAttributeAttribute));
            var name = (string)attribute.ConstructorArguments[0].Value!;
            StringAssert.StartsWith(name, ZipStages.ContractPrefix);
            StringAssert.Matches(name, new("/[1-9][0-9]*$"));
            Assert.AreEqual(name, type.GetField("ContractName")!.GetRawConstantValue());
            var contract = Activator.CreateInstance(type)!;
            Assert.AreEqual(name, type.GetProperty("Name")?.GetValue(contract) ?? name);
            names.Add(name);
        }

        Assert.IsTrue(names.Count >= 9, $"only {names.Count} contracts");
        CollectionAssert.AllItemsAreUnique(names);
    }

    [TestMethod]
    public void EveryContract_MappingMethod_LivesInTheAssemblyThatZipsName()
    {
        foreach (var type in Contracts)
        {
            var mapping = (Delegate)type.GetMethod("GetMapping")!.Invoke(Activator.CreateInstance(type), null)!;
            Assert.AreSame(typeof(ZipStages).Assembly, mapping.Method.DeclaringType!.Assembly, type.Name);
        }
    }

    [TestMethod]
    public void RowContracts_HaveEveryContractButTheKey() =>
        CollectionAssert.AreEquivalent(
            Contracts.Where(type => type != typeof(KeyContract)).ToArray(),
            RowContracts.All.Select(contract => contract.GetType()).ToArray()
        );

    [TestMethod]
    public void TransformsAssembly_Version_IsPinned()
        => Assert.AreEqual(new Version(1, 0, 0, 0), typeof(ZipStages).Assembly.GetName().Version);
}
